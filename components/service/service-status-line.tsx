'use client'

import { RelativeTime } from '@/components/ui/relative-time'
import { Duration } from '@/components/ui/duration'
import { TONE_TEXT } from '@/components/ui/tone'
import { exactWords } from '@/components/ui/time-words'
import { useNow } from '@/components/ui/use-now'
import type { ServiceNode } from '@/lib/contract/graph'

import { serviceLine, spanWords } from './service-line'

/** What a service does now, in one line that stays true. */
export function ServiceStatusLine({ service, className }: { service: ServiceNode; className?: string }) {
  const { text, tone, at, time } = serviceLine(service)
  return (
    <span className={`flex min-w-0 items-baseline gap-1 ${tone === 'neutral' ? 'text-faint' : TONE_TEXT[tone]} ${className ?? ''}`}>
      <span className="truncate" title={text}>
        {text}
      </span>
      {at === null || time === null ? null : time === 'clock' ? (
        <Duration from={at} to={null} className="ml-auto shrink-0 pl-2 font-mono text-code" />
      ) : time === 'ago' ? (
        <RelativeTime at={at} className="shrink-0" />
      ) : (
        <Since at={at} />
      )}
    </span>
  )
}

function Since({ at }: { at: string }) {
  // Seconds are told only in the first minute.
  const roughly = useNow(10_000)
  const now = useNow(roughly - Date.parse(at) < 70_000 ? 1000 : 10_000)
  return (
    <time dateTime={at} suppressHydrationWarning className="shrink-0" onPointerEnter={(event) => (event.currentTarget.title = exactWords(at))}>
      for {spanWords(now - Date.parse(at))}
    </time>
  )
}
