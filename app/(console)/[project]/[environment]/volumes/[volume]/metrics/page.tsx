import type { Metadata } from 'next'

import { requireViewer } from '@/app/read-page'
import { VolumeMetrics } from '@/components/metrics/volume-metrics'
import { paths } from '@/components/paths'

type Props = { params: Promise<{ project: string; environment: string; volume: string }> }

export const metadata: Metadata = { title: 'Metrics' }

/** How full a volume is. */
export default async function VolumeMetricsPage({ params }: Props) {
  const { project, environment, volume: volumeId } = await params
  await requireViewer(paths.volume(project, environment, volumeId, 'metrics'))
  return <VolumeMetrics volumeId={volumeId} />
}
