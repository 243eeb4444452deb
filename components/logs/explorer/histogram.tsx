'use client'

import clsx from 'clsx'
import { useMemo, useState, type KeyboardEvent, type PointerEvent } from 'react'

import { problemOf } from '@/components/ui/problem'
import { Skeleton } from '@/components/ui/skeleton'
import type { LogHistogram } from '@/lib/contract/log'

import { axisTicks, axisTop, barOf, bucketRange, type Bar } from './histogram-bars'
import { fixed, windowWords, type LogWindow } from './question'

export type HistogramProps = { histogram: LogHistogram | null; /** Why it was not counted. */ error: unknown; onZoom: (window: LogWindow) => void }

type Drag = readonly [from: number, to: number]

/** How many lines there are over time. A piece of it is chosen by dragging, a bar by clicking; with keys by arrows, Shift and Enter. */
export function Histogram({ histogram, error, onZoom }: HistogramProps) {
  if (error !== null) return <p role="status" className="shrink-0 border-b border-line px-3 py-2 text-meta text-muted">The lines could not be counted: {problemOf(error).message}</p>
  if (histogram === null || histogram.buckets.length === 0) return <Skeleton className="mx-3 my-2 h-18 shrink-0" />
  return <Bars histogram={histogram} onZoom={onZoom} />
}

function Bars({ histogram, onZoom }: { histogram: LogHistogram; onZoom: (window: LogWindow) => void }) {
  const { buckets } = histogram
  const [drag, setDrag] = useState<Drag | null>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const bars = useMemo(() => buckets.map(barOf), [buckets])
  const most = Math.max(...bars.map(({ total }) => total))
  const top = axisTop(most)
  const count = buckets.length
  const zoom = (range: Drag) => {
    const { fromMs, untilMs } = bucketRange(histogram, range)
    setDrag(null)
    onZoom(fixed(fromMs, untilMs))
  }
  const bucketAt = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    return Math.max(0, Math.min(count - 1, Math.floor(((clientX - left) / width) * count)))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const at = drag?.[1] ?? pointed ?? count - 1
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: count - 1 }[event.key]
    if (event.key === 'Enter') zoom(drag ?? [at, at])
    else if (event.key === 'Escape' && drag !== null) setDrag(null)
    else if (to === undefined) return
    else {
      const next = Math.max(0, Math.min(count - 1, to))
      setPointed(next)
      setDrag(event.shiftKey ? [drag?.[0] ?? at, next] : null)
    }
    event.preventDefault()
  }
  const shown = drag === null ? (pointed === null ? null : ([pointed, pointed] as const)) : drag
  const low = shown === null ? null : Math.min(...shown)
  const high = shown === null ? null : Math.max(...shown)
  return (
    <div className="shrink-0 border-b border-line px-3 pt-2 pb-1">
      <div className="relative">
        {most === 0 ? null : <span className="pointer-events-none absolute top-0 left-0 rounded-small bg-surface/80 px-0.5 text-[11px]/4 text-faint">{top.toLocaleString()}</span>}
        <div
          role="slider"
          tabIndex={0}
          aria-label="Lines over time"
          aria-valuemin={0}
          aria-valuemax={count - 1}
          aria-valuenow={shown?.[1] ?? count - 1}
          aria-valuetext={rangeWords(histogram, bars, shown ?? [count - 1, count - 1])}
          className="relative flex h-14 cursor-crosshair touch-pan-y items-end border-b border-line-strong focus-visible:outline-offset-0"
          onKeyDown={onKeyDown}
          onBlur={() => (setDrag(null), setPointed(null))}
          onPointerDown={(event) => {
            if (event.button !== 0) return
            event.currentTarget.setPointerCapture(event.pointerId)
            const at = bucketAt(event)
            setDrag([at, at])
          }}
          onPointerMove={(event) => {
            const at = bucketAt(event)
            setPointed(at)
            if (drag !== null && event.buttons === 1) setDrag([drag[0], at])
          }}
          onPointerUp={() => (drag === null ? undefined : zoom(drag))}
          onPointerCancel={() => setDrag(null)}
          onPointerLeave={() => setPointed(null)}
        >
          {low === null || high === null ? null : <span className={clsx('pointer-events-none absolute inset-y-0', drag === null ? 'bg-hover' : 'border-x border-accent bg-accent/15')} style={{ left: `${(low / count) * 100}%`, width: `${((high - low + 1) / count) * 100}%` }} />}
          {bars.map((bar, index) => (
            <BarView key={buckets[index]!.at} bar={bar} top={top} />
          ))}
        </div>
      </div>
      <div className="relative h-4 text-[11px]/4 text-faint" aria-hidden="true">
        {shown === null ? (
          axisTicks(Date.parse(histogram.from), Date.parse(histogram.until)).map(({ at, part, words }) => (
            <span key={at} suppressHydrationWarning className={clsx('absolute whitespace-nowrap', part > 0.94 ? '-translate-x-full' : part > 0.04 && '-translate-x-1/2')} style={{ left: `${part * 100}%` }}>
              {words}
            </span>
          ))
        ) : (
          <span className="absolute inset-x-0 truncate text-muted">{rangeWords(histogram, bars, shown)}</span>
        )}
      </div>
    </div>
  )
}

/** Serious lines stand at the bottom, where bars can be compared. */
function BarView({ bar, top }: { bar: Bar; top: number }) {
  const height = (lines: number) => (lines === 0 ? undefined : `max(2px, ${(lines / top) * 100}%)`)
  return (
    <span className="pointer-events-none flex h-full min-w-0 flex-1 flex-col justify-end px-[0.5px]">
      {bar.plain > 0 ? <span className="bg-quiet/45" style={{ height: height(bar.plain) }} /> : null}
      {bar.warning > 0 ? <span className="bg-warning" style={{ height: height(bar.warning) }} /> : null}
      {bar.bad > 0 ? <span className="bg-bad" style={{ height: height(bar.bad) }} /> : null}
    </span>
  )
}

function rangeWords(histogram: LogHistogram, bars: readonly Bar[], range: Drag): string {
  const { fromMs, untilMs } = bucketRange(histogram, range)
  const chosen = bars.slice(Math.min(...range), Math.max(...range) + 1)
  const sum = (of: (bar: Bar) => number) => chosen.reduce((total, bar) => total + of(bar), 0)
  const [total, bad, warning] = [sum((bar) => bar.total), sum((bar) => bar.bad), sum((bar) => bar.warning)]
  const words = [countWords(total, 'line'), bad > 0 ? countWords(bad, 'error') : null, warning > 0 ? countWords(warning, 'warning') : null]
  return `${windowWords(fixed(fromMs, untilMs))}: ${words.filter((word) => word !== null).join(', ')}`
}

function countWords(count: number, word: string): string {
  return `${count.toLocaleString()} ${word}${count === 1 ? '' : 's'}`
}
