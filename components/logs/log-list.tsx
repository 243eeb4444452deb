'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react'

import type { BufferedLine } from './log-buffer'
import { LogLine } from './log-line'

const LINE_HEIGHT = 18
/** Within this distance of the end one counts as being there. */
const NEAR_END = 24

export type LogListProps = {
  lines: readonly BufferedLine[]
  wrap: boolean
  /** Tell which replica said each line. */
  tellReplica: boolean
  /** Keep the newest line in view. */
  stick: boolean
  /** The person scrolled to the end, or away from it. */
  onStick: (stick: boolean) => void
  /** The person reached the beginning. */
  onTop: () => void
  /** Above the first line. */
  head: ReactNode
  label: string
}

/** Lines of a log; only those on the screen exist. */
export function LogList({ lines, wrap, tellReplica, stick, onStick, onTop, head, label }: LogListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- it is meant to render on every scroll, and nothing below memoizes it
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => lines[index]!.id,
    overscan: 24,
    paddingStart: 8,
    paddingEnd: 12,
  })
  useEffect(() => virtual.measure(), [virtual, wrap])
  const height = virtual.getTotalSize()
  const lastId = lines.at(-1)?.id
  useLayoutEffect(() => {
    if (stick) scroller.current?.scrollTo({ top: scroller.current.scrollHeight })
  }, [stick, height, lastId])
  useStayAtLine({ firstId: lines[0]?.id, lines, stick, scrollTo: (index) => virtual.scrollToIndex(index, { align: 'start' }) })

  const onScroll = () => {
    const element = scroller.current
    if (!element) return
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight
    if (distance <= NEAR_END !== stick) onStick(distance <= NEAR_END)
    if (element.scrollTop < 40 && element.scrollHeight > element.clientHeight) onTop()
  }
  return (
    // A live region would read out every line of a busy log; it is a log that one goes to, and the toolbar says what is new.
    <div ref={scroller} onScroll={onScroll} tabIndex={0} role="log" aria-live="off" aria-label={label} className="relative min-h-0 flex-1 overflow-auto bg-sunken [overflow-anchor:none] focus-visible:outline-offset-[-2px]">
      {head}
      <div className="relative min-w-full" style={{ height }}>
        {virtual.getVirtualItems().map((item) => (
          <div key={item.key} data-index={item.index} ref={wrap ? virtual.measureElement : undefined} className={wrap ? 'absolute inset-x-0 top-0' : 'absolute top-0 left-0 w-max min-w-full'} style={{ transform: `translateY(${item.start}px)` }}>
            <LogLine line={lines[item.index]!} wrap={wrap} tellReplica={tellReplica} />
          </div>
        ))}
      </div>
    </div>
  )
}

type AtLine = { firstId: string | undefined; lines: readonly BufferedLine[]; stick: boolean; scrollTo: (index: number) => void }

/** Older lines that come in above push nothing away: what was at the top stays there. */
function useStayAtLine({ firstId, lines, stick, scrollTo }: AtLine): void {
  const former = useRef(firstId)
  useLayoutEffect(() => {
    const anchor = former.current
    former.current = firstId
    if (anchor === undefined || anchor === firstId || stick) return
    const index = lines.findIndex((line) => line.id === anchor)
    if (index > 0) scrollTo(index)
  }, [firstId, lines, stick, scrollTo])
}
