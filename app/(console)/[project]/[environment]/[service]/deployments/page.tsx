import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { DeploymentsView } from '@/components/deployment/deployments-view'
import { paths } from '@/components/paths'
import { deploymentList } from '@/lib/contract/deployment'
import { serviceGet } from '@/lib/contract/service'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Deployments' }

/** What runs, what is under way, and what came before; or, before the first deployment, what would be built. */
export default async function DeploymentsPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId))
  const [service, first] = await Promise.all([readForPage(serviceGet, { serviceId }), readForPage(deploymentList, { serviceId, limit: 20 })])
  return <DeploymentsView initialService={service} initialPage={first} />
}
