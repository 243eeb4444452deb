import type { Metadata } from 'next'
import { redirect } from 'next/navigation'

import { readForPage, requireViewer } from '@/app/read-page'
import { DatabaseOverview } from '@/components/database/overview'
import { paths } from '@/components/paths'
import { rotationList } from '@/lib/contract/rotation'
import { serviceGet, variableList } from '@/lib/contract/service'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Overview' }

/** How to connect to a database. */
export default async function OverviewPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'overview'))
  const [service, variables, rotations] = await Promise.all([readForPage(serviceGet, { serviceId }), readForPage(variableList, { serviceId }), readForPage(rotationList, { serviceId, limit: 1 })])
  if (service.source.type !== 'database') redirect(paths.service(project, environment, serviceId))
  return <DatabaseOverview initial={service} variables={variables} rotations={rotations} />
}
