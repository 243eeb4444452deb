'use client'

import { relativeWords } from '@/components/ui/time-words'
import { useNow } from '@/components/ui/use-now'

const MOMENT_MS = 5_000

/** `in 12 s`, `in a moment`, `now`: when something that is due goes on. */
export function Due({ at }: { at: string }) {
  const now = useNow(1000)
  const ahead = Date.parse(at) - now
  const words = ahead <= 0 ? 'now' : ahead < MOMENT_MS ? 'in a moment' : relativeWords(Date.parse(at), now)
  return (
    <time dateTime={at} suppressHydrationWarning>
      {words}
    </time>
  )
}
