'use client'

import { exactWords, relativeWords } from './time-words'
import { useNow } from './use-now'

export type RelativeTimeProps = { at: string; className?: string }

/** `3 min ago`, kept true while it is on the screen; the exact time on hover. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  const then = Date.parse(at)
  // Seconds are shown only below a minute; later a look every ten seconds is enough.
  const roughly = useNow(10_000)
  const now = useNow(Math.abs(roughly - then) < 70_000 ? 1000 : 10_000)
  return (
    <time dateTime={at} suppressHydrationWarning className={className} onPointerEnter={(event) => (event.currentTarget.title = exactWords(at))}>
      {relativeWords(then, now)}
    </time>
  )
}
