'use client'

import { valueWords } from './chart-overlay'
import type { Drawing } from './series'
import { momentWords } from './time-axis'

/** The same numbers as rows, the newest first. */
export function ChartTable({ drawing, title }: { drawing: Drawing; title: string }) {
  const { fromMs, stepMs, lines } = drawing
  const steps = Array.from({ length: Math.max(0, ...lines.map(({ points }) => points.length)) }, (_, index) => index)
    .filter((index) => lines.some(({ points }) => (points[index] ?? null) !== null))
    .reverse()
  return (
    <div role="region" aria-label={`${title} as a table`} tabIndex={0} className="absolute inset-x-2 inset-y-0 overflow-auto rounded-control border border-line">
      <table className="w-full text-meta">
        <thead className="sticky top-0 bg-raised text-left text-faint">
          <tr className="shadow-[inset_0_-1px_0_var(--color-line)]">
            <th scope="col" className="px-2 py-1 font-normal">
              Time
            </th>
            {lines.map(({ key, name }) => (
              <th key={key} scope="col" className="px-2 py-1 text-right font-normal">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step}>
              <th scope="row" className="px-2 py-0.5 text-left font-normal whitespace-nowrap text-muted">
                {momentWords(fromMs + step * stepMs, drawing)}
              </th>
              {lines.map(({ key, points }) => (
                <td key={key} className="px-2 py-0.5 text-right whitespace-nowrap">
                  {valueWords(points[step], drawing)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
