import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'

import { readForPage, requireViewer } from '@/app/read-page'
import { RulesCard } from '@/components/alert/rules-card'
import { SilencesCard } from '@/components/alert/silences-card'
import { missingPermission } from '@/components/organization/missing-permission'
import { paths } from '@/components/paths'
import { ButtonLink } from '@/components/ui/button-link'
import { PageHeader } from '@/components/ui/page-header'
import { alertRules } from '@/lib/contract/alert'
import { environmentGraph, projectGet } from '@/lib/contract/project'

type Props = { params: Promise<{ project: string; environment: string }> }

export const metadata: Metadata = { title: 'Alerts of an environment' }

/** What is watched in an environment, and what is silenced there. */
export default async function EnvironmentAlertsPage({ params }: Props) {
  const { project: projectId, environment: environmentId } = await params
  const viewer = await requireViewer(paths.alertRules(projectId, environmentId))
  const project = await readForPage(projectGet, { projectId })
  const environment = project.environments.find(({ id }) => id === environmentId)
  if (!environment) notFound()
  const role = viewer.memberships.find(({ organization }) => organization.id === project.organizationId)?.role ?? 'viewer'
  const [{ rules, silences, channels }, graph] = await Promise.all([readForPage(alertRules, { environmentId }), readForPage(environmentGraph, { environmentId })])
  const services = graph.nodes.filter(({ state }) => state !== 'removing').map(({ id, name }) => ({ id, name }))
  const disabledReason = missingPermission(role, 'service.write')
  return (
    <>
      <PageHeader title={`Alerts of ${environment.name}`} description={project.name} actions={<ButtonLink href={paths.projectSettings(project.id)} icon={<ArrowLeft />}>Project settings</ButtonLink>} />
      <div className="max-w-3xl space-y-5">
        <RulesCard environmentId={environmentId} rules={rules} services={services} channels={channels} disabledReason={disabledReason} />
        <SilencesCard environmentId={environmentId} silences={silences} rules={rules} services={services} disabledReason={disabledReason} />
      </div>
    </>
  )
}
