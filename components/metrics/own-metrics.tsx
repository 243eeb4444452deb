'use client'

import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import type { ChartName } from '@/lib/domain/chart'
import type { OwnKind } from '@/lib/domain/metric/measure'

import { ChartCard } from './chart-card'
import { ScrapeNotes } from './scrape-notes'
import { useOwnMetrics } from './use-own-metrics'

const CHART_OF: Record<OwnKind, ChartName> = { level: 'own_level', count: 'own_rate', spread: 'own_spread' }
const NOTE_OF: Record<OwnKind, string> = { level: 'Mean', count: 'In a second', spread: 'Percentiles' }
/** Libraries tell some fifty metrics of a program besides its own. */
const AT_FIRST = 12

/** A chart for each metric that the programs of a service tell of themselves, and why some are missing; nothing where there is none. */
export function OwnMetrics({ serviceId }: { serviceId: string }) {
  const found = useOwnMetrics(true, serviceId)
  const [wanted, setWanted] = useState('')
  const [most, setMost] = useState(AT_FIRST)
  if (found === null || found.items.length + found.scrapes.length === 0) return null
  const { items, scrapes } = found
  const matching = items.filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()))
  const shown = matching.slice(0, most)
  return (
    <section aria-label="Your own metrics" className="flex flex-col gap-3">
      <div className="mt-1 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 className="font-medium">Your own metrics</h2>
        {items.length > AT_FIRST ? <Input aria-label="Find a metric" value={wanted} onChange={(event) => setWanted(event.target.value)} placeholder={`Find one of ${items.length}`} autoComplete="off" spellCheck={false} className="w-full sm:w-56" /> : null}
      </div>
      <ScrapeNotes scrapes={scrapes} hasMetrics={items.length > 0} />
      <div className="grid gap-3 sm:grid-cols-2">
        {shown.map(({ name, kind, unit }) => (
          <ChartCard key={`${name} ${kind} ${unit}`} chart={CHART_OF[kind]} subject={{ serviceId, volumeId: null, metric: name }} title={name} note={unit === null ? NOTE_OF[kind] : `${NOTE_OF[kind]} · ${unit}`} className="h-56" />
        ))}
      </div>
      {matching.length === 0 && items.length > 0 ? <p className="text-muted">No metric has that in its name.</p> : null}
      {matching.length > shown.length ? (
        <Button className="self-center" onClick={() => setMost(most + AT_FIRST * 2)}>
          Show {Math.min(AT_FIRST * 2, matching.length - shown.length)} more of {matching.length}
        </Button>
      ) : null}
    </section>
  )
}
