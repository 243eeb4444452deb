'use client'

import clsx from 'clsx'
import { useStore } from 'zustand'

import { useMetrics } from './metrics-context'
import { valueWords } from './chart-overlay'
import { lastStep, stepAt, type Drawing, type Line } from './series'

export type ChartLegendProps = { drawing: Drawing; hidden: ReadonlySet<string>; onToggle: (key: string) => void; title: string }

/** Which line is which, and what each is at the crosshair, or was last. */
export function ChartLegend({ drawing, hidden, onToggle, title }: ChartLegendProps) {
  const { cross } = useMetrics()
  const at = useStore(cross, ({ atMs }) => (atMs === null ? null : stepAt(drawing, atMs)))
  const step = at ?? lastStep(drawing)
  return (
    <ul aria-label={`Lines of ${title}`} className="flex max-h-[4.5rem] flex-wrap gap-x-3 overflow-y-auto px-2 pb-2">
      {drawing.lines.map((line) => (
        <li key={line.key} className="min-w-0">
          <button
            type="button"
            aria-pressed={!hidden.has(line.key)}
            title={hidden.has(line.key) ? `Show ${line.name}` : `Hide ${line.name}`}
            onClick={() => onToggle(line.key)}
            className={clsx('flex max-w-full items-center gap-1.5 rounded-small px-1 py-0.5 text-meta hover:bg-hover pointer-coarse:py-2', hidden.has(line.key) && 'line-through opacity-60')}
          >
            <Swatch line={line} />
            <span className="min-w-0 truncate text-muted">{line.name}</span>
            {hidden.has(line.key) ? null : <span className="shrink-0 text-ink">{valueWords(line.points[step], drawing)}</span>}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** A piece of the line itself, with its pattern. */
function Swatch({ line }: { line: Line }) {
  return (
    <svg aria-hidden="true" width="18" height="8" className="shrink-0">
      <line x1="0" y1="4" x2="18" y2="4" stroke={line.color} strokeWidth="2" strokeDasharray={line.dash} />
    </svg>
  )
}
