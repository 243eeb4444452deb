import type { Metadata } from 'next'
import { redirect } from 'next/navigation'

import { readForPage, requireViewer } from '@/app/read-page'
import { paths } from '@/components/paths'
import { ServiceSnapshots } from '@/components/snapshot/service-snapshots'
import { serviceGet } from '@/lib/contract/service'
import { snapshotList, snapshotPlan } from '@/lib/contract/snapshot'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Snapshots' }

/** Copies of a database to go back to. */
export default async function SnapshotsPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'snapshots'))
  const service = await readForPage(serviceGet, { serviceId })
  if (service.source.type !== 'database') redirect(paths.service(project, environment, serviceId))
  const named = { environmentId: environment, serviceId }
  const [initialPage, initialPlan] = await Promise.all([readForPage(snapshotList, { ...named, limit: 30 }), readForPage(snapshotPlan, named)])
  return <ServiceSnapshots serviceId={serviceId} name={service.name} initialPage={initialPage} initialPlan={initialPlan} />
}
