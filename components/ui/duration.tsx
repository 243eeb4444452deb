'use client'

import { clockWords, durationWords } from './time-words'
import { useNow } from './use-now'

export type DurationProps = {
  /** When it began, as ISO 8601. */
  from: string
  /** When it ended; null while it runs: then it ticks as mm:ss. */
  to: string | null
  className?: string
}

/** How long something took, or has taken until now. */
export function Duration({ from, to, className }: DurationProps) {
  const now = useNow(to === null ? 1000 : 0)
  const words = to === null ? clockWords(now - Date.parse(from)) : durationWords(Date.parse(to) - Date.parse(from))
  return (
    <span suppressHydrationWarning className={className}>
      {words}
    </span>
  )
}
