'use client'

import { CircleAlert } from 'lucide-react'

import type { ComposeView } from '@/lib/contract/compose'

/** What keeps a file from being drawn, with the place of each. */
export function ComposeProblems({ problems }: Pick<ComposeView, 'problems'>) {
  if (problems.length === 0) return null
  return (
    <div role="alert" className="flex gap-2.5 rounded-control border border-bad/35 bg-bad/8 px-3 py-2">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0">
        <p className="font-medium">{problems.length === 1 ? 'It cannot be drawn as it is' : `It cannot be drawn as it is: ${problems.length} problems`}</p>
        <ul className="mt-1 space-y-1">
          {problems.slice(0, MOST).map(({ line, column, message }, index) => (
            <li key={index} className="break-words">
              <span className="text-muted tabular-nums">
                Line {line}, column {column}:
              </span>{' '}
              {message}
            </li>
          ))}
          {problems.length > MOST ? <li className="text-muted">{problems.length - MOST} more follow.</li> : null}
        </ul>
      </div>
    </div>
  )
}

const MOST = 20

/** What becomes other than the file says. */
export function ComposeNotes({ notes }: Pick<ComposeView, 'notes'>) {
  if (notes.length === 0) return null
  return (
    <section aria-labelledby="compose-notes" className="space-y-2">
      <h3 id="compose-notes" className="font-medium">
        What becomes other than the file says
      </h3>
      <ul className="overflow-hidden rounded-card border border-line">
        {notes.map(({ service, line, message }, index) => (
          <li key={index} className="grid grid-cols-[minmax(0,1fr)] gap-x-3 border-t border-line px-3 py-1.5 first:border-t-0 sm:grid-cols-[7rem_minmax(0,1fr)]">
            <span className="truncate text-muted" title={service ?? undefined}>
              {service ?? 'The file'}
              {line === null ? null : <span className="text-meta text-faint tabular-nums"> · {line}</span>}
            </span>
            <span className="min-w-0 break-words">{message}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
