'use client'

import { Bar, CartesianGrid, ComposedChart, Line as Stroke, Area, ReferenceLine, XAxis, YAxis } from 'recharts'
import { useMemo } from 'react'

import { axisFor, amountWords } from '@/lib/domain/unit'

import { PLOT_ROOM } from './plot-room'
import { isNear, leastOf, mostOf, type Drawing, type Line } from './series'
import { timeTicks } from './time-axis'

export type ChartPlotProps = { drawing: Drawing; /** Lines that are shown. */ lines: readonly Line[]; isBars: boolean; width: number; height: number }

const WORDS = { fontSize: 11, fill: 'var(--color-faint)' }
/** Time ticks stand at least this far apart. */
const TICK_PX = 74

/** Axes and lines. It is loaded with the first chart, and drawn anew only when what it shows changes: pointing happens above it. */
export function ChartPlot({ drawing, lines, isBars, width, height }: ChartPlotProps) {
  const { fromMs, untilMs, stepMs, unit, limit } = drawing
  const rows = useMemo(() => rowsOf(drawing, lines), [drawing, lines])
  const most = mostOf(lines)
  const hasLimit = limit !== null && isNear(limit, most)
  const { top, bottom, ticks } = axisFor(hasLimit ? Math.max(limit, most) : most, unit, leastOf(lines))
  const times = timeTicks({ fromMs, untilMs }, Math.max(2, Math.floor((width - PLOT_ROOM.left) / TICK_PX)))
  const timeWords = new Map(times.map(({ atMs, words }) => [atMs, words]))
  const amounts = new Map(ticks.map(({ at, words }) => [at, words]))
  const isAlone = lines.length === 1
  const barPx = Math.max(2, Math.min(12, (width - PLOT_ROOM.left) / ((untilMs - fromMs) / stepMs) - 1))
  return (
    <ComposedChart width={width} height={height} data={rows} margin={{ top: PLOT_ROOM.top, right: PLOT_ROOM.right, bottom: 0, left: 0 }} accessibilityLayer={false}>
      <CartesianGrid vertical={false} stroke="var(--color-line)" />
      <XAxis dataKey="at" type="number" domain={[fromMs, untilMs]} allowDataOverflow ticks={times.map(({ atMs }) => atMs)} tickFormatter={(at: number) => timeWords.get(at) ?? ''} interval={0} height={PLOT_ROOM.bottom} tick={WORDS} tickLine={false} axisLine={{ stroke: 'var(--color-line-strong)' }} />
      <YAxis type="number" domain={[bottom, top]} ticks={ticks.map(({ at }) => at)} tickFormatter={(at: number) => amounts.get(at) ?? ''} interval={0} width={PLOT_ROOM.left} tick={WORDS} tickLine={false} axisLine={false} />
      {bottom < 0 ? <ReferenceLine y={0} stroke="var(--color-line-strong)" /> : null}
      {hasLimit ? <ReferenceLine y={limit} stroke="var(--color-muted)" strokeDasharray="5 4" label={{ value: `Limit ${amountWords(limit, unit)}`, position: 'insideTopRight', fontSize: 11, fill: 'var(--color-muted)' }} /> : null}
      {lines.map((line) =>
        isBars ? (
          <Bar key={line.key} dataKey={line.key} fill={line.color} barSize={barPx} stackId="all" isAnimationActive={false} />
        ) : isAlone ? (
          <Area key={line.key} dataKey={line.key} stroke={line.color} strokeDasharray={line.dash} strokeWidth={1.5} fill={line.color} fillOpacity={0.1} dot={lonely(line)} activeDot={false} connectNulls={false} isAnimationActive={false} />
        ) : (
          <Stroke key={line.key} dataKey={line.key} stroke={line.color} strokeDasharray={line.dash} strokeWidth={1.5} dot={lonely(line)} activeDot={false} connectNulls={false} isAnimationActive={false} />
        ),
      )}
    </ComposedChart>
  )
}

type Row = { at: number } & Record<string, number | null>

/** One row for each step; a step without a sample stays empty, and the line has a gap there. */
function rowsOf({ fromMs, untilMs, stepMs }: Drawing, lines: readonly Line[]): Row[] {
  return Array.from({ length: Math.round((untilMs - fromMs) / stepMs) }, (_, index) => ({ at: fromMs + index * stepMs, ...Object.fromEntries(lines.map(({ key, points }) => [key, points[index] ?? null])) }))
}

/** A sample between two gaps is no line: it is a dot. */
function lonely({ points, color }: Line) {
  return function Dot({ cx, cy, index }: { cx?: number; cy?: number; index?: number }) {
    const at = index ?? -1
    const has = (place: number) => (points[place] ?? null) !== null
    const isAlone = has(at) && !has(at - 1) && !has(at + 1)
    return isAlone && cx !== undefined && cy !== undefined ? <circle key={at} cx={cx} cy={cy} r={1.75} fill={color} /> : <g key={at} />
  }
}
