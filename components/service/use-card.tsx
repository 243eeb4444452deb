'use client'

import clsx from 'clsx'

import { placeWords } from '@/components/terminal/place-choice'
import { serviceUse } from '@/lib/contract/doors'
import type { UseView } from '@/lib/contract/use'

import { useLiveQuery } from './use-live-query'
import { bytesWords, processorWords, shareOf } from './use-words'

/** The worker measures this often. */
const LOOK_MS = 10_000
const NOTHING: { uses: UseView[] } = { uses: [] }

/** What runs uses of its machine, against its limits. Nothing is shown while nothing is known. */
export function UseCard({ serviceId, version }: { serviceId: string; version: string }) {
  const { data } = useLiveQuery(serviceUse, { serviceId }, { initial: NOTHING, version, everyMs: LOOK_MS })
  if (data.uses.length === 0) return null
  return (
    <section aria-label="Use" className="divide-y divide-line rounded-card border border-line bg-raised">
      {data.uses.map((use) => (
        <UseRow key={`${use.deploymentId} ${use.part}`} use={use} named={data.uses.length > 1} />
      ))}
    </section>
  )
}

function UseRow({ use, named }: { use: UseView; named: boolean }) {
  const { memory, cpu, processes } = use
  return (
    <div className="px-3.5 py-2.5">
      {named ? <p className="mb-1.5 text-meta text-muted">{placeWords(use)}</p> : null}
      <dl className="grid grid-cols-3 gap-4">
        <Meter label="Memory" used={memory.bytes} limit={memory.limitBytes} words={bytesWords} />
        <Meter label="CPU" used={cpu.milli} limit={cpu.limitMilli} words={processorWords} />
        <Meter label="Processes" used={processes.count} limit={processes.limit} words={String} />
      </dl>
    </div>
  )
}

type MeterProps = { label: string; used: number | null; limit: number | null; words: (amount: number) => string }

function Meter({ label, used, limit, words }: MeterProps) {
  const share = shareOf(used, limit)
  const tone = share === null || share < 0.75 ? 'bg-quiet' : share < 0.9 ? 'bg-warning' : 'bg-bad'
  return (
    <div className="min-w-0">
      <dt className="text-meta text-faint">{label}</dt>
      <dd>
        <p className="truncate">
          {used === null ? '–' : words(used)} <span className="text-meta text-faint">{limit === null ? 'no limit' : `of ${words(limit)}`}</span>
        </p>
        {/* The bar repeats the numbers above it. */}
        <div aria-hidden="true" className={clsx('mt-1 h-1 overflow-hidden rounded-full', share === null ? 'border border-dashed border-line-strong' : 'bg-press')}>
          {share === null ? null : <div className={clsx('h-full rounded-full', tone)} style={{ width: `${share * 100}%` }} />}
        </div>
      </dd>
    </div>
  )
}
