'use client'

import { CircleAlert } from 'lucide-react'
import clsx from 'clsx'

import { problemOf, unshownFields, wordsBesideForm } from './problem'

export type ProblemMessageProps = {
  /** What was thrown; nothing is shown for null or undefined. */
  error: unknown
  /** Names of fields whose message already stands beside a control. */
  shownFields?: readonly string[]
  className?: string
}

/** A failed request in words: what was found, the fields that were wrong, and the request id to quote. */
export function ProblemMessage({ error, shownFields = [], className }: ProblemMessageProps) {
  if (error === null || error === undefined) return null
  const problem = problemOf(error)
  const fields = unshownFields(problem, shownFields)
  const { message, requestId } = wordsBesideForm(problem, shownFields)
  return (
    <div role="alert" className={clsx('flex gap-2.5 rounded-control border border-bad/35 bg-bad/8 px-3 py-2', className)}>
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0 break-words">
        <p>{message}</p>
        {fields.length > 0 ? (
          <ul className="mt-1 text-muted">
            {fields.map(([field, message]) => (
              <li key={field}>
                <code className="font-mono text-code">{field}</code> {message}
              </li>
            ))}
          </ul>
        ) : null}
        {requestId ? <p className="mt-1 font-mono text-code text-faint">Request {requestId}</p> : null}
      </div>
    </div>
  )
}
