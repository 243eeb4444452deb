'use client'

import type { ChartName } from '@/lib/domain/chart'
import type { OwnKind } from '@/lib/domain/metric/measure'

import { ChartCard } from './chart-card'
import { useOwnMetrics } from './use-own-metrics'

const CHART_OF: Record<OwnKind, ChartName> = { level: 'own_level', count: 'own_rate', spread: 'own_spread' }
const NOTE_OF: Record<OwnKind, string> = { level: 'Mean', count: 'In a second', spread: 'Percentiles' }

/** A chart for each metric that the programs of a service have sent; nothing where there is none. */
export function OwnMetrics({ serviceId }: { serviceId: string }) {
  const found = useOwnMetrics(true, serviceId)
  if (found === null || found.length === 0) return null
  return (
    <section aria-label="Your own metrics" className="flex flex-col gap-3">
      <h2 className="mt-1 font-medium">Your own metrics</h2>
      <div className="grid gap-3 sm:grid-cols-2">
        {found.map(({ name, kind, unit }) => (
          <ChartCard key={`${name} ${kind} ${unit}`} chart={CHART_OF[kind]} subject={{ serviceId, volumeId: null, metric: name }} title={name} note={unit === null ? NOTE_OF[kind] : `${NOTE_OF[kind]} · ${unit}`} className="h-56" />
        ))}
      </div>
    </section>
  )
}
