'use client'

import { useService } from '@/components/canvas/canvas-context'
import type { ChartName } from '@/lib/domain/chart'

import { ChartCard } from './chart-card'
import { MetricsProvider } from './metrics-context'
import { OwnMetrics } from './own-metrics'
import { RangeBar } from './range-bar'

const OF_MACHINE: ChartName[] = ['cpu', 'memory', 'disk', 'network', 'restarts', 'processes']
const OF_SITE: ChartName[] = ['requests', 'error_rate', 'latency', 'traffic', ...OF_MACHINE]
const OF_DATABASE: ChartName[] = ['db_connections', 'db_operations', 'db_cache_hits', 'db_size', ...OF_MACHINE]

/** What a service does and what it takes, over time. */
export function ServiceMetrics({ serviceId }: { serviceId: string }) {
  const service = useService(serviceId)
  if (!service) return null
  // What runs by a schedule is asked by nobody.
  const charts = service.source.type === 'database' ? OF_DATABASE : service.cron === null ? OF_SITE : OF_MACHINE
  return <PanelCharts charts={charts} subject={{ serviceId, volumeId: null }} />
}

/** Charts of one node, in its panel. */
export function PanelCharts({ charts, subject }: { charts: readonly ChartName[]; subject: { serviceId: string | null; volumeId: string | null } }) {
  return (
    <MetricsProvider serviceId={subject.serviceId}>
      <div className="flex flex-col gap-3">
        <RangeBar />
        <div className={charts.length === 1 ? 'grid gap-3' : 'grid gap-3 sm:grid-cols-2'}>
          {charts.map((chart) => (
            <ChartCard key={chart} chart={chart} subject={subject} className="h-56" />
          ))}
        </div>
        {subject.serviceId === null ? null : <OwnMetrics serviceId={subject.serviceId} />}
      </div>
    </MetricsProvider>
  )
}
