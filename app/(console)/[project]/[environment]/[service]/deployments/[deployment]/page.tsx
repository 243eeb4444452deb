import type { Metadata } from 'next'
import { notFound } from 'next/navigation'

import { readForPage, requireViewer } from '@/app/read-page'
import { DeploymentDetail } from '@/components/deployment/deployment-detail'
import { paths } from '@/components/paths'
import { deploymentGet } from '@/lib/contract/deployment'

type Props = { params: Promise<{ project: string; environment: string; service: string; deployment: string }> }

export const metadata: Metadata = { title: 'Deployment' }

/** One deployment: its stages, its recipe and its whole log. */
export default async function DeploymentPage({ params }: Props) {
  const { project, environment, service, deployment: deploymentId } = await params
  await requireViewer(paths.deployment(project, environment, service, deploymentId))
  const deployment = await readForPage(deploymentGet, { deploymentId })
  if (deployment.serviceId !== service) notFound()
  return <DeploymentDetail key={deployment.id} initial={deployment} />
}
