'use client'

import clsx from 'clsx'
import { useState } from 'react'

import { useLiveQuery } from '@/components/service/use-live-query'
import { bytesWords, shareOf } from '@/components/service/use-words'
import { problemOf } from '@/components/ui/problem'
import type { DatabaseFigures } from '@/lib/contract/database'
import { databaseFigures } from '@/lib/contract/doors'
import { ENGINES, type EngineName } from '@/lib/domain/engine/engines'
import { hitShare, operationsRate } from '@/lib/domain/engine/figures'

import { countWords, rateWords, shareWords } from './figure-words'

const LOOK_MS = 10_000
const NEARLY_ALL = 0.9
const NOTHING: DatabaseFigures = { at: new Date(0).toISOString(), connections: { used: null, allowed: null }, sizeBytes: null, cache: { lookups: null, misses: null }, operations: null }

/** How a database that runs is, by its own word, or why it does not say. */
export function FiguresCard({ serviceId, engine, version }: { serviceId: string; engine: EngineName; version: string }) {
  const { data, error } = useLiveQuery(databaseFigures, { serviceId }, { initial: NOTHING, version, everyMs: LOOK_MS })
  const rate = useRate(data)
  return (
    <section aria-label="Figures" className="rounded-card border border-line bg-raised px-3.5 py-2.5">
      {error === null ? <Figures figures={data} engine={engine} rate={rate} /> : <p className="text-meta text-muted">{problemOf(error).message}</p>}
    </section>
  )
}

/** Operations a second between the last two looks. */
function useRate(now: DatabaseFigures): number | null {
  const [looks, setLooks] = useState<{ before: DatabaseFigures | null; now: DatabaseFigures }>({ before: null, now })
  if (looks.now.at !== now.at) setLooks({ before: looks.now === NOTHING ? null : looks.now, now })
  return operationsRate(looks.before, looks.now)
}

function Figures({ figures, engine, rate }: { figures: DatabaseFigures; engine: EngineName; rate: number | null }) {
  const { connections, sizeBytes, cache, operations } = figures
  const words = ENGINES[engine].figures
  const share = hitShare(cache)
  const isFull = (shareOf(connections.used, connections.allowed) ?? 0) >= NEARLY_ALL
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-2.5 sm:grid-cols-4">
      <Figure label="Connections" value={connections.used === null ? null : countWords(connections.used)} note={connections.allowed === null ? null : `of ${countWords(connections.allowed)}`} isWarning={isFull} />
      <Figure label={words.size} value={sizeBytes === null ? null : bytesWords(sizeBytes)} note={null} />
      <Figure label={words.cache} value={share === null ? null : shareWords(share)} note={cache.lookups === null || share === null ? null : `of ${countWords(cache.lookups)}`} />
      <Figure label={words.operations} value={operations === null ? null : countWords(operations)} note={rate === null ? null : `at ${rateWords(rate)}`} />
    </dl>
  )
}

type FigureProps = { label: string; /** Null: not known. */ value: string | null; note: string | null; isWarning?: boolean }

function Figure({ label, value, note, isWarning }: FigureProps) {
  return (
    <div className="min-w-0">
      <dt className="text-meta text-faint">{label}</dt>
      <dd className={clsx('truncate tabular-nums', isWarning && 'text-warning')}>
        {value ?? '–'} {note === null ? null : <span className="text-meta text-faint">{note}</span>}
      </dd>
    </div>
  )
}
