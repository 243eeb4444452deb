'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { useStore } from 'zustand'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { amountWords } from '@/lib/domain/unit'

import { leave } from './cross'
import { KEYS_ID, useMetrics } from './metrics-context'
import { gathered, marksWords } from './moments'
import { alongOf, leftOf, PLOT_ROOM } from './plot-room'
import { widened, zoomed } from './range'
import { lastStep, stepAt, type Drawing, type Line } from './series'
import { momentWords } from './time-axis'

/** Less than this is a click, in pixels. */
const CLICK_PX = 4

export type ChartOverlayProps = { chartId: string; title: string; drawing: Drawing; lines: readonly Line[] }

/** What one does with a chart: points at a moment, drags over what is to fill the page, opens a deployment. By keyboard it is a slider. */
export function ChartOverlay({ chartId, title, drawing, lines }: ChartOverlayProps) {
  const { cross, setRange } = useMetrics()
  const area = useRef<HTMLDivElement>(null)
  const { fromMs, untilMs, stepMs } = drawing
  // Steps, not pixels: a chart is told only when another sample is pointed at.
  const step = useStore(cross, ({ atMs }) => (atMs === null ? null : stepAt(drawing, atMs)))
  const isHere = useStore(cross, (state) => state.chartId === chartId)
  const shownMs = step === null ? null : fromMs + step * stepMs

  const momentOf = ({ clientX }: PointerEvent) => {
    const { left, width } = area.current!.getBoundingClientRect()
    return fromMs + Math.min(1, Math.max(0, (clientX - left) / width)) * (untilMs - fromMs)
  }
  const goTo = (range: ReturnType<typeof zoomed>) => {
    leave(cross)
    if (range !== null) setRange(range)
  }
  const begin = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    cross.setState({ atMs: momentOf(event), dragMs: momentOf(event), chartId })
  }
  const end = (event: PointerEvent<HTMLDivElement>) => {
    const began = cross.getState().dragMs
    if (began === null) return
    const { width } = area.current!.getBoundingClientRect()
    const isDrag = Math.abs(momentOf(event) - began) * width > CLICK_PX * (untilMs - fromMs)
    if (isDrag) goTo(zoomed(began, momentOf(event)))
    else cross.setState({ dragMs: null })
  }
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = step ?? lastStep(drawing)
    const last = Math.round((untilMs - fromMs) / stepMs) - 1
    const { atMs, dragMs } = cross.getState()
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowDown: at - 1, ArrowUp: at + 1, PageDown: at - 10, PageUp: at + 10, Home: 0, End: last }[event.key]
    if (to !== undefined) {
      const next = fromMs + Math.min(last, Math.max(0, to)) * stepMs
      cross.setState({ atMs: next, chartId, dragMs: event.shiftKey ? (dragMs ?? fromMs + at * stepMs) : null })
    } else if (event.key === 'Enter') {
      if (dragMs !== null && shownMs !== null) goTo(zoomed(dragMs, shownMs))
    } else if (event.key === '-') {
      goTo(widened(drawing, Date.now()))
    } else if (event.key === 'Escape' && atMs !== null) {
      leave(cross)
    } else return
    event.preventDefault()
  }

  const words = shownMs === null ? 'No moment chosen' : `${momentWords(shownMs, drawing)}: ${lines.map(({ name, points }) => `${name} ${valueWords(points[step!], drawing)}`).join(', ')}`
  return (
    <div className="absolute" style={{ left: PLOT_ROOM.left, right: PLOT_ROOM.right, top: PLOT_ROOM.top, bottom: PLOT_ROOM.bottom }}>
      <div
        ref={area}
        role="slider"
        tabIndex={0}
        aria-label={`Moment in ${title}`}
        aria-valuemin={fromMs / 1000}
        aria-valuemax={untilMs / 1000}
        aria-valuenow={(shownMs ?? fromMs + lastStep(drawing) * stepMs) / 1000}
        aria-valuetext={words}
        aria-describedby={KEYS_ID}
        onPointerDown={begin}
        onPointerMove={(event) => cross.setState({ atMs: momentOf(event), chartId })}
        onPointerUp={end}
        onPointerCancel={() => leave(cross)}
        onPointerLeave={() => (cross.getState().dragMs === null ? leave(cross) : undefined)}
        onBlur={() => leave(cross)}
        onKeyDown={press}
        className="absolute inset-0 cursor-crosshair touch-pan-y rounded-small select-none"
      />
      <Selection frame={drawing} />
      <Marks drawing={drawing} />
      {shownMs === null ? null : (
        <div className="pointer-events-none absolute inset-y-0 w-px bg-muted" style={{ left: leftOf(alongOf(drawing, shownMs)) }}>
          {isHere ? <Flag drawing={drawing} atMs={shownMs} /> : null}
        </div>
      )}
    </div>
  )
}

/** What a line is at a step. Rates of one chart are by the same time, so that they can be compared. */
export function valueWords(point: number | null | undefined, { unit, most }: Drawing): string {
  if (point === null || point === undefined) return '–'
  return unit === 'per_second' ? amountWords(point, unit, most) : amountWords(point, unit)
}

/** The time that is dragged over, in every chart. */
function Selection({ frame }: { frame: Drawing }) {
  const { cross } = useMetrics()
  const dragMs = useStore(cross, (state) => state.dragMs)
  const atMs = useStore(cross, (state) => (state.dragMs === null ? null : state.atMs))
  if (dragMs === null || atMs === null) return null
  const [left, right] = [Math.min(dragMs, atMs), Math.max(dragMs, atMs)].map((at) => Math.min(1, Math.max(0, alongOf(frame, at)))) as [number, number]
  return <div className="pointer-events-none absolute inset-y-0 border-x border-accent bg-accent/12" style={{ left: leftOf(left), width: leftOf(right - left) }} />
}

/** The time at the crosshair, and what was deployed there. */
function Flag({ drawing, atMs }: { drawing: Drawing; atMs: number }) {
  const { moments, names } = useMetrics()
  const along = alongOf(drawing, atMs)
  const near = gathered(moments, drawing).find((mark) => Math.abs(mark.along - along) < 0.012)
  return (
    <div className={clsx('absolute top-0 max-w-52 truncate rounded-small border border-line-strong bg-overlay px-1.5 text-[11px] leading-4 text-ink shadow-float', along > 0.6 ? 'right-1.5' : 'left-1.5')}>
      {momentWords(atMs, drawing)}
      {near ? <span className="block truncate text-muted">{marksWords(near.moments, names)}</span> : null}
    </div>
  )
}

/** Deployments as lines. Who has no pointer opens them from the list above the charts. */
function Marks({ drawing }: { drawing: Drawing }) {
  const { moments, names } = useMetrics()
  const { project, environmentId } = useEnvironment()
  return gathered(moments, drawing).map(({ along, moments: own }) => {
    const newest = own.at(-1)!
    const hasFailed = own.some(({ status }) => status === 'failed')
    return (
      <div key={newest.id} aria-hidden="true" className="pointer-events-none absolute inset-y-0" style={{ left: leftOf(along) }}>
        <div className={clsx('absolute inset-y-0 border-l border-dotted', hasFailed ? 'border-bad' : 'border-muted')} />
        <Link
          href={paths.deployment(project.id, environmentId, newest.serviceId, newest.id)}
          tabIndex={-1}
          title={marksWords(own, names)}
          className="pointer-events-auto absolute -top-2.5 -left-2 flex size-4 items-center justify-center"
        >
          <span className={clsx('size-0 border-x-4 border-t-[6px] border-x-transparent', hasFailed ? 'border-t-bad' : 'border-t-muted')} />
        </Link>
      </div>
    )
  })
}
