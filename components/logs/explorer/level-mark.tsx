import clsx from 'clsx'

import type { LogLevel } from '@/lib/domain/log-level'

/** Most serious first, as lists show them. */
export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const satisfies readonly LogLevel[]

/** How bad it is, in three words: what one looks for, what one should know, the rest. */
export type Severity = 'bad' | 'warning' | 'plain'

export function severityOf(level: LogLevel | null): Severity {
  if (level === 'fatal' || level === 'error') return 'bad'
  return level === 'warn' ? 'warning' : 'plain'
}

const TONE: Record<LogLevel, string> = { fatal: 'text-bad', error: 'text-bad', warn: 'text-warning', info: 'text-muted', debug: 'text-faint', trace: 'text-faint' }

// On 10 × 10. No two are alike without their colour.
const SHAPE: Record<LogLevel, React.ReactNode> = {
  fatal: <path d="M1.5 1.5l7 7M8.5 1.5l-7 7" fill="none" stroke="currentColor" strokeWidth="2" />,
  error: <path d="M5 .8 9.6 9H.4z" fill="currentColor" />,
  warn: <path d="M5 .6 9.4 5 5 9.4.6 5z" fill="currentColor" />,
  info: <circle cx="5" cy="5" r="2.6" fill="currentColor" />,
  debug: <circle cx="5" cy="5" r="2.6" fill="none" stroke="currentColor" strokeWidth="1.2" />,
  trace: <path d="M2 5h6" stroke="currentColor" strokeWidth="1.4" />,
}

export type LevelMarkProps = { level: LogLevel | null; /** Without its word, where that is said beside it. */ isBare?: boolean; className?: string }

/** The level of a line: colour, shape and word. Nothing for a line that has none. */
export function LevelMark({ level, isBare = false, className }: LevelMarkProps) {
  if (level === null) return <span className={className} />
  return (
    <span className={clsx('inline-flex items-center gap-1.5', TONE[level], className)}>
      <svg viewBox="0 0 10 10" aria-hidden="true" className="size-2 shrink-0">
        {SHAPE[level]}
      </svg>
      {isBare ? null : level}
    </span>
  )
}
