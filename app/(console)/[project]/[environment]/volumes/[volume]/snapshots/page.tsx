import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { paths } from '@/components/paths'
import { VolumeSnapshots } from '@/components/snapshot/volume-snapshots'
import { snapshotList, snapshotPlan } from '@/lib/contract/snapshot'
import { volumeGet } from '@/lib/contract/volume'

type Props = { params: Promise<{ project: string; environment: string; volume: string }> }

export const metadata: Metadata = { title: 'Snapshots' }

/** Copies of a volume to go back to. */
export default async function VolumeSnapshotsPage({ params }: Props) {
  const { project, environment, volume: volumeId } = await params
  await requireViewer(paths.volume(project, environment, volumeId, 'snapshots'))
  const named = { environmentId: environment, volumeId }
  const [volume, initialPage, initialPlan] = await Promise.all([readForPage(volumeGet, { volumeId }), readForPage(snapshotList, { ...named, limit: 30 }), readForPage(snapshotPlan, named)])
  return <VolumeSnapshots volumeId={volumeId} name={volume.name} initialPage={initialPage} initialPlan={initialPlan} />
}
