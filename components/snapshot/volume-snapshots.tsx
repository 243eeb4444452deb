'use client'

import { useEnvironment, useService, useVolume } from '@/components/canvas/canvas-context'
import type { Page } from '@/components/ui/use-pages'
import type { SnapshotPlanView, SnapshotView } from '@/lib/contract/snapshot'

import { SnapshotsView } from './snapshots-view'

/** Snapshots of a volume, in its panel. Those of the volume of a database are of the database. */
export function VolumeSnapshots({ volumeId, name, initialPage, initialPlan }: { volumeId: string; name: string; initialPage: Page<SnapshotView>; initialPlan: SnapshotPlanView }) {
  const { environmentId } = useEnvironment()
  const volume = useVolume(volumeId)
  const service = useService(volume?.serviceId ?? '')
  const database = service?.source.type === 'database' ? service : null
  return <SnapshotsView of={{ named: { environmentId, volumeId }, name: database?.name ?? volume?.name ?? name, noun: database ? 'database' : 'volume' }} version={JSON.stringify([volume?.name, volume?.serviceId, service?.state])} initialPage={initialPage} initialPlan={initialPlan} />
}
