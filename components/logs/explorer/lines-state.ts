import type { StreamState } from '@/components/client/stream'
import type { FilterNote, LogLineView, LogSearch } from '@/lib/contract/log'

import { cursorAfter, cursorBefore, linesOf, NO_LINES, withNewer, withOlder, type LineWindow } from './line-window'

type Side = { isLoading: boolean; error: unknown }

export type Lines = {
  /** Which question this answers; another one begins empty. */
  key: string
  window: LineWindow
  isLoaded: boolean
  /** Why the first page could not be read. */
  error: unknown
  older: Side
  newer: Side
  /** Searching has stopped there; going on is asked for. */
  searchedTo: string | null
  notes: readonly FilterNote[]
  /** Of a live view: how the connection is. */
  state: StreamState
  /** Lines that came while one reads others, and how many did. */
  held: readonly LogLineView[]
  heldCount: number
  /** The newest line that there is, is the last one of the window. */
  isAtNewest: boolean
}

/** Lines of a page. */
export const PAGE = 300
/** More of what comes meanwhile is not kept but read again. */
export const MOST_HELD = 2_000
export const STILL: Side = { isLoading: false, error: null }

/** Before anything is known. */
export const nothing = (key: string): Lines => ({ key, window: NO_LINES, isLoaded: false, error: null, older: STILL, newer: STILL, searchedTo: null, notes: [], state: 'connecting', held: [], heldCount: 0, isAtNewest: true })

/** Older lines were read. */
export function tookOlder({ window, isAtNewest }: Lines, page: LogSearch): Partial<Lines> {
  const next = withOlder(window, page)
  return { window: next, searchedTo: page.searchedTo, isAtNewest: isAtNewest && lastId(linesOf(next)) === lastId(linesOf(window)) }
}

/** Newer lines were read; a page that is not full ends with the newest one. */
export function tookNewer({ window, isAtNewest }: Lines, page: LogSearch): Partial<Lines> {
  return { window: withNewer(window, page), isAtNewest: isAtNewest || (page.lines.length < PAGE && page.searchedTo === null) }
}

/** Lines that come are shown while one follows; otherwise they wait, as many as can be kept. */
export function took(before: Lines, come: readonly LogLineView[], isFollowing: boolean): Partial<Lines> {
  if (isFollowing && before.isAtNewest) return withLive(before, [...before.held, ...come])
  const isFull = before.held.length + come.length > MOST_HELD
  return { held: isFull ? [] : [...before.held, ...come], heldCount: before.heldCount + come.length, isAtNewest: before.isAtNewest && !isFull }
}

/** With lines that came. */
export function withLive({ window }: Pick<Lines, 'window'>, come: readonly LogLineView[]): Pick<Lines, 'window' | 'held' | 'heldCount'> {
  const [first, last] = [come[0], come.at(-1)]
  if (!first || !last) return { window, held: [], heldCount: 0 }
  return { window: withNewer(window, { lines: come, before: cursorBefore(first), after: cursorAfter(last) }), held: [], heldCount: 0 }
}

/** Whoever follows goes on after the line that was stored last, which need not be the newest by its own time. */
export function lastId(lines: readonly LogLineView[]): string | null {
  return lines.reduce<string | null>((most, { id }) => (most === null || BigInt(id) > BigInt(most) ? id : most), null)
}
