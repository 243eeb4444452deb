'use client'

import { exactWords, relativeWords } from './time-words'
import { useNow } from './use-now'

export type RelativeTimeProps = { at: string; className?: string }

/** `3 min ago`, kept true while it is on the screen; the exact time on hover. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  const then = Date.parse(at)
  // Seconds are shown only below a minute; later a look every ten seconds is enough.
  const young = Math.abs(Date.now() - then) < 60_000
  const now = Math.max(useNow(young ? 1000 : 10_000), 0)
  return (
    <time dateTime={at} suppressHydrationWarning className={className} onPointerEnter={(event) => (event.currentTarget.title = exactWords(at))}>
      {relativeWords(then, now)}
    </time>
  )
}
