'use client'

import { useEnvironment, useService } from '@/components/canvas/canvas-context'
import type { Page } from '@/components/ui/use-pages'
import type { SnapshotPlanView, SnapshotView } from '@/lib/contract/snapshot'

import { SnapshotsView } from './snapshots-view'

/** Snapshots of a database, in its panel. */
export function ServiceSnapshots({ serviceId, name, initialPage, initialPlan }: { serviceId: string; name: string; initialPage: Page<SnapshotView>; initialPlan: SnapshotPlanView }) {
  const { environmentId } = useEnvironment()
  const node = useService(serviceId)
  return <SnapshotsView of={{ named: { environmentId, serviceId }, name: node?.name ?? name, noun: 'database' }} version={JSON.stringify([node?.name, node?.state])} initialPage={initialPage} initialPlan={initialPlan} />
}
