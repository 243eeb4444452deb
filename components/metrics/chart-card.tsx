'use client'

import clsx from 'clsx'
import { ChartNoAxesColumn, RotateCw, Table2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { problemOf } from '@/components/ui/problem'
import { Skeleton } from '@/components/ui/skeleton'
import { CHART_TITLE, type ChartName } from '@/lib/domain/chart'
import { amountWords } from '@/lib/domain/unit'

import { whyAbsent } from './absent'
import { ChartLegend } from './chart-legend'
import { ChartOverlay } from './chart-overlay'
import { chartNote, type Subject } from './chart-spec'
import { ChartTable } from './chart-table'
import { isNear, type Drawing } from './series'
import { useDrawing } from './use-drawing'

// Recharts is large: it comes with the first chart that is shown.
const ChartPlot = dynamic(() => import('./chart-plot').then((module) => module.ChartPlot), { ssr: false, loading: () => <PlotSkeleton /> })

export type ChartCardProps = {
  chart: ChartName
  subject: Subject
  /** Instead of the title of the chart. */
  title?: string | null
  /** Beside the title. */
  note?: string | null
  /** At the right of the title. */
  actions?: ReactNode
  className?: string
}

/** One chart: title, lines, legend, and what it says while there is nothing to draw. */
export function ChartCard({ chart, subject, title, note, actions, className }: ChartCardProps) {
  const { target } = useEnvironment()
  const shown = title ?? CHART_TITLE[chart]
  const absent = whyAbsent(chart, target.kind)
  const [card, isSeen] = useNear()
  const { spec, drawing, error, isStale, retry } = useDrawing(chart, subject, isSeen && absent === null)
  const [isTable, setTable] = useState(false)
  // Where it is near it stands at its line.
  const limit = drawing && drawing.limit !== null && !isNear(drawing.limit, drawing.most) ? `limit ${amountWords(drawing.limit, drawing.unit)}` : null
  const aside = [note, chartNote(chart, subject), limit].filter(Boolean).join(' · ')
  return (
    <section ref={card} aria-label={shown} className={clsx('flex min-h-0 min-w-0 flex-col rounded-card border border-line bg-surface shadow-card', className)}>
      <header className="flex h-9 shrink-0 items-center gap-2 pr-1.5 pl-3">
        <h3 className="min-w-0 truncate font-medium" title={shown}>
          {shown}
        </h3>
        <span className="min-w-0 flex-1 truncate text-meta text-faint">
          {aside}
        </span>
        <span className="flex shrink-0 items-center">
          {drawing ? <IconButton size="small" label={isTable ? 'Show as chart' : 'Show as table'} icon={isTable ? <ChartNoAxesColumn /> : <Table2 />} onClick={() => setTable(!isTable)} /> : null}
          {actions}
        </span>
      </header>
      {drawing ? (
        <Drawn drawing={drawing} title={shown} isTable={isTable} isBars={spec.isBars ?? false} isStale={isStale} trouble={error === null ? null : <Trouble error={error} onRetry={retry} isShort />} />
      ) : (
        <div className="relative min-h-0 flex-1">
          {absent !== null ? <Sentence title="Not measured here">{absent}</Sentence> : error !== null ? <Trouble error={error} onRetry={retry} /> : drawing === null ? <Sentence title="Nothing in this time">{spec.none}</Sentence> : <PlotSkeleton />}
        </div>
      )}
    </section>
  )
}

type DrawnProps = { drawing: Drawing; title: string; isTable: boolean; isBars: boolean; isStale: boolean; trouble: ReactNode }

function Drawn({ drawing, title, isTable, isBars, isStale, trouble }: DrawnProps) {
  const chartId = useId()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const toggle = (key: string) => setHidden((before) => new Set(before.has(key) ? [...before].filter((each) => each !== key) : [...before, key]))
  const lines = useMemo(() => drawing.lines.filter(({ key }) => !hidden.has(key)), [drawing, hidden])
  const [place, size] = useSize()
  return (
    <>
      {trouble}
      <div ref={place} className={clsx('relative min-h-0 flex-1 transition-opacity', isStale && 'opacity-45')}>
        {isTable ? (
          <ChartTable drawing={drawing} title={title} />
        ) : size === null ? (
          <PlotSkeleton />
        ) : (
          <>
            {/* What is drawn is told by the slider above it, and by the table. */}
            <div aria-hidden="true" className="absolute inset-0 overflow-hidden">
              <ChartPlot drawing={drawing} lines={lines} isBars={isBars} {...size} />
            </div>
            <ChartOverlay chartId={chartId} title={title} drawing={drawing} lines={lines} />
          </>
        )}
      </div>
      <ChartLegend drawing={drawing} hidden={hidden} onToggle={toggle} title={title} />
    </>
  )
}

function Sentence({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-0.5 overflow-auto px-6 pb-5 text-center">
      <p className="text-muted">{title}</p>
      <p className="max-w-80 text-meta text-faint">{children}</p>
    </div>
  )
}

function Trouble({ error, onRetry, isShort = false }: { error: unknown; onRetry: () => void; isShort?: boolean }) {
  const again = (
    <Button size="small" icon={<RotateCw />} onClick={onRetry}>
      Try again
    </Button>
  )
  if (isShort) {
    return (
      <div role="alert" className="mx-3 mb-1 flex shrink-0 items-center justify-between gap-2 text-meta text-warning">
        <span className="min-w-0 truncate">Not up to date: {problemOf(error).message}</span>
        {again}
      </div>
    )
  }
  return (
    <div role="alert" className="absolute inset-0 flex flex-col items-center justify-center gap-2 overflow-auto px-6 pb-4 text-center">
      <p className="text-muted">These figures could not be read. {problemOf(error).message}</p>
      {again}
    </div>
  )
}

/** The shape of a chart that is coming: an axis, a floor and what goes over it. */
function PlotSkeleton() {
  return (
    <div aria-hidden="true" className="absolute inset-0 flex flex-col pt-2.5 pr-2.5 pb-2">
      <div className="flex min-h-0 flex-1 gap-2 pl-3">
        <div className="flex w-10 flex-col items-end justify-between">
          {[0, 1, 2].map((tick) => (
            <Skeleton key={tick} className="h-2 w-8" />
          ))}
        </div>
        <Skeleton className="flex-1" />
      </div>
      <Skeleton className="mt-2 ml-[4.125rem] h-2 w-1/2" />
    </div>
  )
}

/** Whether it is, or soon will be, on the screen: what nobody sees asks for nothing. */
function useNear() {
  const ref = useRef<HTMLElement>(null)
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    const look = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), { rootMargin: '240px' })
    if (ref.current) look.observe(ref.current)
    return () => look.disconnect()
  }, [])
  return [ref, isNear] as const
}

/** How large a place is; null until that is known. */
function useSize() {
  const ref = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  useEffect(() => {
    const look = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect
      if (width > 0 && height > 0) setSize({ width: Math.floor(width), height: Math.floor(height) })
    })
    if (ref.current) look.observe(ref.current)
    return () => look.disconnect()
  }, [])
  return [ref, size] as const
}
