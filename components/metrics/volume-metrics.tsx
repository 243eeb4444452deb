'use client'

import { PanelCharts } from './service-metrics'

const CHARTS = ['volume_use'] as const

/** How full a volume is, over time. */
export function VolumeMetrics({ volumeId }: { volumeId: string }) {
  return <PanelCharts charts={CHARTS} subject={{ serviceId: null, volumeId }} />
}
