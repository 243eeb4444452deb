'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react'

import type { LogLineView } from '@/lib/contract/log'

import { LineDetails, type LineActions } from './line-details'
import { LogRow } from './log-row'

const ROW_HEIGHT = 18
/** Within this distance of the end one counts as being there. */
const NEAR_END = 24
/** Within this distance of either end, more is read. */
const NEAR_EDGE = 900

export type RowListProps = {
  lines: readonly LogLineView[]
  /** Whose line it is, by the id of the service; null where lines of one are shown. */
  nameOf: ((serviceId: string | null) => string | null) | null
  wrap: boolean
  /** New lines keep the end in view while one is there. */
  isLive: boolean
  isFollowing: boolean
  /** The person scrolled to the end, or away from it. */
  onEnd: (isThere: boolean) => void
  /** The line that the address names. */
  namedId: string | null
  onEdge: (side: 'older' | 'newer') => void
  place: { projectId: string; environmentId: string }
  actions: LineActions
  /** Above the first line. */
  head: ReactNode
  scroller: RefObject<HTMLDivElement | null>
}

/** The lines; only those near the screen exist. Arrows or j and k go from one to the next, Enter opens one. */
export function RowList({ lines, nameOf, wrap, isLive, isFollowing, onEnd, namedId, onEdge, place, actions, head, scroller }: RowListProps) {
  const [openIds, setOpenIds] = useState<ReadonlySet<string>>(() => new Set(namedId === null ? [] : [namedId]))
  const [currentId, setCurrentId] = useState<string | null>(namedId)
  const canFollow = isLive && isFollowing
  // oxlint-disable-next-line react/incompatible-library -- it is meant to render on every scroll, and nothing below memoizes it
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: useCallback((index: number) => lines[index]!.id, [lines]),
    overscan: 20,
    paddingStart: 4,
    paddingEnd: 10,
    // What is read stays where it is, whatever is added or let go of above it.
    anchorTo: 'end',
    followOnAppend: canFollow,
    scrollEndThreshold: NEAR_END,
  })
  useBeginning({ lines, namedId, virtual, isFollowing: canFollow })
  useEffect(() => virtual.measure(), [virtual, wrap])
  const current = Math.max(0, currentId === null ? lines.length - 1 : lines.findIndex(({ id }) => id === currentId))
  const toggle = useCallback(({ id }: LogLineView) => {
    setCurrentId(id)
    setOpenIds((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  const focus = useCallback(({ id }: LogLineView) => setCurrentId(id), [])
  const go = (index: number) => {
    const line = lines[Math.max(0, Math.min(lines.length - 1, index))]
    if (!line) return
    setCurrentId(line.id)
    virtual.scrollToIndex(lines.indexOf(line), { align: 'auto' })
    focusRow(scroller, line.id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof Element && event.target.closest('dl, pre'))) return
    const to = { ArrowDown: current + 1, j: current + 1, ArrowUp: current - 1, k: current - 1, Home: 0, End: lines.length - 1 }[event.key]
    if (to !== undefined) go(to)
    else if (event.key === 'Escape' && openIds.size > 0) setOpenIds(new Set())
    else if (event.key === 'c' && lines[current]) actions.showContext(lines[current])
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const onScroll = () => {
    const element = scroller.current
    if (!element) return
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight
    if (isLive && distance <= NEAR_END !== isFollowing) onEnd(distance <= NEAR_END)
    if (element.scrollTop < NEAR_EDGE && element.scrollHeight > element.clientHeight) onEdge('older')
    if (distance < NEAR_EDGE) onEdge('newer')
  }
  return (
    // A live region would read out every line of a busy log; it is a log that one goes to, and the bar says what is new.
    // Keys come from the buttons of its rows.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div ref={scroller} role="log" aria-live="off" aria-label="Log" onScroll={onScroll} onKeyDown={onKeyDown} className="relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto bg-sunken [overflow-anchor:none]">
      {head}
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index]!
          const serviceName = nameOf?.(line.serviceId) ?? null
          const isOpen = openIds.has(line.id)
          return (
            <div key={item.key} data-index={item.index} ref={virtual.measureElement} className="absolute inset-x-0 top-0" style={{ transform: `translateY(${item.start}px)` }}>
              <LogRow line={line} serviceName={nameOf === null ? null : (serviceName ?? '')} isOpen={isOpen} isCurrent={item.index === current} isNamed={line.id === namedId} wrap={wrap} onToggle={toggle} onFocus={focus} />
              {isOpen ? <LineDetails line={line} serviceName={serviceName} place={place} actions={actions} /> : null}
            </div>
          )
        })}
      </div>
    </div>
  )
}

type Beginning = { lines: readonly LogLineView[]; namedId: string | null; virtual: { scrollToIndex: (index: number, options: { align: 'center' }) => void; scrollToEnd: () => void }; isFollowing: boolean }

/** Begins at the newest line, or at the one that the address names; who follows again goes to the newest. */
function useBeginning({ lines, namedId, virtual, isFollowing }: Beginning): void {
  const index = namedId === null ? -1 : lines.findIndex(({ id }) => id === namedId)
  const begun = useRef<string | null>(null)
  const hasLines = lines.length > 0
  useLayoutEffect(() => {
    const here = index < 0 ? 'end' : namedId
    if (!hasLines || begun.current === here) return
    begun.current = here
    if (index < 0) virtual.scrollToEnd()
    else virtual.scrollToIndex(index, { align: 'center' })
  }, [hasLines, index, namedId, virtual])
  // A list that is taken away and put back begins anew.
  useEffect(() => () => void (begun.current = null), [])
  useLayoutEffect(() => {
    if (isFollowing) virtual.scrollToEnd()
  }, [isFollowing, virtual])
}

/** A row that was far away exists only after the list has gone there. */
function focusRow(scroller: RefObject<HTMLDivElement | null>, id: string): void {
  let triesLeft = 5
  const look = () => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-line="${id}"]`)
    if (row) row.focus({ preventScroll: true })
    else if (triesLeft-- > 0) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}
