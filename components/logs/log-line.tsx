'use client'

import clsx from 'clsx'
import { memo, useState } from 'react'

import { exactWords } from '@/components/ui/time-words'

import { AnsiText } from './ansi-text'
import type { BufferedLine } from './log-buffer'

/** More of one line than this is shown only when asked for: a minified file in the log must not stop the page. */
const SHOWN_CHARACTERS = 1500

export type LogLineProps = { line: BufferedLine; wrap: boolean; /** Tell which replica said it. */ tellReplica: boolean }

/** One line: when, whether it is an error, what it says. */
export const LogLine = memo(function LogLine({ line, wrap, tellReplica }: LogLineProps) {
  const [isWhole, setWhole] = useState(false)
  const isCut = !isWhole && line.text.length > SHOWN_CHARACTERS
  return (
    <div className={clsx('flex gap-3 border-l-2 px-3 font-mono text-code hover:bg-hover', TONE[line.stream])}>
      <time dateTime={line.at} suppressHydrationWarning className="shrink-0 text-faint select-none" onPointerEnter={(event) => (event.currentTarget.title = exactWords(line.at))}>
        {clock(line.at)}
      </time>
      {tellReplica ? (
        <span className="w-4 shrink-0 text-right text-faint select-none" title={isReplica(line.part) ? `Replica ${Number(line.part) + 1}` : undefined}>
          {isReplica(line.part) ? Number(line.part) + 1 : ''}
        </span>
      ) : null}
      <span className={wrap ? 'min-w-0 break-words whitespace-pre-wrap [overflow-wrap:anywhere]' : 'whitespace-pre'}>
        <AnsiText text={isCut ? line.text.slice(0, SHOWN_CHARACTERS) : line.text} />
        {isCut ? (
          <button type="button" className="ml-1 rounded-small bg-press px-1 text-muted select-none hover:text-ink" onClick={() => setWhole(true)}>
            … {Math.ceil((line.text.length - SHOWN_CHARACTERS) / 1000)} kB more
          </button>
        ) : null}
        {line.plain === '' ? '\u00a0' : null}
      </span>
    </div>
  )
})

/** Whether a part of a deployment is a replica, rather than a run or its preparation. */
export function isReplica(part: string | null): boolean {
  return part !== null && /^\d+$/.test(part)
}

const TONE: Record<BufferedLine['stream'], string> = {
  stdout: 'border-transparent text-ink',
  stderr: 'border-bad/70 bg-bad/6 text-ink [&_time]:text-muted',
  platform: 'border-transparent text-progress',
}

function clock(at: string): string {
  const time = new Date(at)
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}
