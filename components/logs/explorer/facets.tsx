'use client'

import clsx from 'clsx'
import { Check, Minus } from 'lucide-react'
import { useState } from 'react'

import { IconButton } from '@/components/ui/icon-button'
import { Skeleton } from '@/components/ui/skeleton'
import type { LogFacet } from '@/lib/contract/log'
import { LOG_LEVELS, type LogLevel } from '@/lib/domain/log-level'

import { standingOf, termOf, type Standing } from './filter-edit'
import { LevelMark } from './level-mark'

export type FacetsProps = {
  facets: readonly LogFacet[] | null
  filter: string
  /** The person wants the filter to stand so to a value. */
  onStanding: (field: string, value: string, standing: Standing) => void
}

const TITLE: Record<string, string> = { level: 'Level', service: 'Service', kind: 'Kind', deployment: 'Deployment' }
/** Values of a facet that are shown before one asks for the rest. */
const SHOWN = 6

/** What the lines have in common. A press on a value looks for it, or no longer does. */
export function Facets({ facets, filter, onStanding }: FacetsProps) {
  if (facets === null) return <FacetsSkeleton />
  const shown = facets.filter(({ values }) => values.length > 0)
  if (shown.length === 0) return <p className="px-3 py-3 text-meta text-muted">Nothing to narrow down.</p>
  return (
    <>
      {shown.map((facet) => (
        <FacetView key={facet.field} facet={facet} filter={filter} onStanding={onStanding} />
      ))}
    </>
  )
}

type FacetViewProps = Omit<FacetsProps, 'facets'> & { facet: LogFacet }

function FacetView({ facet: { field, values, isSampled }, filter, onStanding }: FacetViewProps) {
  const [isWhole, setWhole] = useState(false)
  const title = TITLE[field] ?? field
  return (
    <section aria-label={title} className="border-b border-line px-1.5 py-2 last:border-b-0">
      <h3 className="flex items-baseline gap-2 px-1.5 pb-0.5 text-meta text-muted">
        <span className={clsx('min-w-0 truncate', field.startsWith('@') && 'font-mono text-code')} title={title}>
          {title}
        </span>
        {isSampled ? (
          <span className="ml-auto shrink-0 text-faint" title="Counted in the newest lines only">
            sample
          </span>
        ) : null}
      </h3>
      <ul>
        {values.slice(0, isWhole ? undefined : SHOWN).map((each) => (
          <FacetValue key={each.value} field={field} {...each} standing={standingOf(filter, termOf(field, each.value))} onStanding={onStanding} />
        ))}
      </ul>
      {values.length > SHOWN ? (
        <button type="button" aria-expanded={isWhole} className="rounded-small px-1.5 py-0.5 text-meta text-muted hover:text-ink" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Fewer' : `${values.length - SHOWN} more`}
        </button>
      ) : null}
    </section>
  )
}

type FacetValueProps = { field: string; value: string; label: string; count: number; standing: Standing; onStanding: FacetsProps['onStanding'] }

function FacetValue({ field, value, label, count, standing, onStanding }: FacetValueProps) {
  const words = `${TITLE[field] ?? field} ${label}`
  return (
    <li className="group/value relative flex items-center rounded-control hover:bg-hover">
      <button type="button" aria-pressed={standing === 'asked'} aria-label={`${words}, ${count} ${count === 1 ? 'line' : 'lines'}${standing === 'excluded' ? ', left out' : ''}`} onClick={() => onStanding(field, value, standing === 'open' ? 'asked' : 'open')} className={clsx('flex h-7 min-w-0 flex-1 items-center gap-1.5 rounded-control px-1.5 text-left', standing === 'excluded' && 'text-muted line-through')}>
        {standing === 'asked' ? <Check aria-hidden="true" className="size-3.5 shrink-0 text-accent" /> : null}
        {field === 'level' && isLevel(value) ? <LevelMark level={value} isBare className="w-2.5" /> : null}
        <span className="min-w-0 truncate" title={label}>
          {label}
        </span>
        <span className="ml-auto shrink-0 text-meta text-muted group-hover/value:mr-5 pointer-coarse:mr-5">{shortCount(count)}</span>
      </button>
      <IconButton size="small" label={standing === 'excluded' ? `No longer leave out ${words}` : `Leave out ${words}`} icon={<Minus />} pressed={standing === 'excluded'} onClick={() => onStanding(field, value, standing === 'excluded' ? 'open' : 'excluded')} className="absolute! right-0 w-6! opacity-0 group-hover/value:opacity-100 focus-visible:opacity-100 aria-pressed:opacity-100 pointer-coarse:opacity-100" />
    </li>
  )
}

function isLevel(value: string): value is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(value)
}

/** `812`, `4.2k`, `1.3M`: so that numbers stay in their column. */
function shortCount(count: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(count)
}

function FacetsSkeleton() {
  return (
    <div className="flex flex-col gap-2 p-3" role="status" aria-label="Counting">
      {['w-12', 'w-full', 'w-4/5', 'w-3/5', 'w-16', 'w-full', 'w-2/3'].map((width, index) => (
        <Skeleton key={index} className={clsx('h-4', width)} />
      ))}
    </div>
  )
}
