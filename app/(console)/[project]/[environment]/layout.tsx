import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'

import { currentTheme, readForPage, requireViewer } from '@/app/read-page'
import { CanvasShell } from '@/components/canvas/canvas-shell'
import { paths } from '@/components/paths'
import { instanceGet, templateList } from '@/lib/contract/instance'
import { sshKeyList } from '@/lib/contract/organization'
import { registryList } from '@/lib/contract/registry'
import { environmentGraph, projectGet } from '@/lib/contract/project'
import { targetGet } from '@/lib/contract/target'

type Props = { params: Promise<{ project: string; environment: string }>; children: ReactNode }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project: projectId, environment: environmentId } = await params
  await requireViewer(paths.canvas(projectId, environmentId))
  const { name } = await readForPage(projectGet, { projectId })
  return { title: { default: name, template: `%s · ${name} · Easel` } }
}

/** The canvas of an environment. It stays as it is while panels come and go over it. */
export default async function EnvironmentLayout({ params, children }: Props) {
  const { project: projectId, environment: environmentId } = await params
  const viewer = await requireViewer(paths.canvas(projectId, environmentId))
  const project = await readForPage(projectGet, { projectId })
  const environment = project.environments.find(({ id }) => id === environmentId)
  if (!environment) notFound()
  const { organizationId } = project
  const [graph, instance, templates, keys, registries, target, theme] = await Promise.all([
    readForPage(environmentGraph, { environmentId }),
    readForPage(instanceGet, {}),
    readForPage(templateList, {}),
    readForPage(sshKeyList, { organizationId, limit: 100 }),
    readForPage(registryList, { organizationId, limit: 100 }),
    readForPage(targetGet, { organizationId, targetId: environment.target.id }),
    currentTheme(),
  ])
  const role = viewer.memberships.find(({ organization }) => organization.id === organizationId)?.role ?? 'viewer'
  const facts = {
    project,
    environmentId,
    role,
    instance: { localSources: instance.localSources },
    templates: templates.items,
    sshKeys: keys.items.map(({ id, name }) => ({ id, name })),
    registries: registries.items.map(({ id, name }) => ({ id, name })),
    target,
  }
  const person = { user: { name: viewer.user.name, email: viewer.user.email }, organizations: viewer.memberships.map(({ organization }) => ({ id: organization.id, name: organization.name })), organizationId, theme }
  return (
    <CanvasShell facts={facts} graph={graph} person={person}>
      {children}
    </CanvasShell>
  )
}
