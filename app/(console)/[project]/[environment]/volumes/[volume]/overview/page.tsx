import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { paths } from '@/components/paths'
import { VolumeOverview } from '@/components/volume/overview'
import { volumeGet } from '@/lib/contract/volume'

type Props = { params: Promise<{ project: string; environment: string; volume: string }> }

export const metadata: Metadata = { title: 'Volume' }

/** What a volume holds and where it appears. */
export default async function VolumeOverviewPage({ params }: Props) {
  const { project, environment, volume: volumeId } = await params
  await requireViewer(paths.volume(project, environment, volumeId))
  return <VolumeOverview initial={await readForPage(volumeGet, { volumeId })} />
}
