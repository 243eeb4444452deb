'use client'

import { useCallback, useEffect, useRef, useState } from 'react'

import type { Live } from '@/components/client/live'
import { fetchQuery } from '@/components/client/query'
import type { StreamState } from '@/components/client/stream'
import { useLive } from '@/components/presence/live-context'
import { logContext, logSearch } from '@/lib/contract/doors'
import type { FilterNote, LogLineView, LogSearch } from '@/lib/contract/log'

import { gather } from '../gather'
import { afterOf, beforeOf, cursorAfter, cursorBefore, linesOf, NO_LINES, withNewer, withOlder, type LineWindow } from './line-window'
import { grouped } from './filter-edit'
import { boundsOf, type LogWindow } from './question'

/** What is asked of the log. `askedAt`: when, which is what windows that end now are counted from. */
export type Ask = { environmentId: string; serviceId: string | null; filter: string; window: LogWindow; line: string | null; askedAt: number }

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

const PAGE = 300
/** More of what comes meanwhile is not kept but read again. */
const MOST_HELD = 2_000
const STILL: Side = { isLoading: false, error: null }

const nothing = (key: string): Lines => ({ key, window: NO_LINES, isLoaded: false, error: null, older: STILL, newer: STILL, searchedTo: null, notes: [], state: 'connecting', held: [], heldCount: 0, isAtNewest: true })

/** The lines that answer a question: a page of them, more on both sides on demand, and, of a live view, every new one as it comes. */
export function useLines(ask: Ask, isFollowing: boolean) {
  const key = JSON.stringify(ask)
  const [lines, setLines] = useState(() => nothing(key))
  if (lines.key !== key) setLines(nothing(key))
  const { live } = useLive()
  const now = useRef({ ask, lines, isFollowing })
  useEffect(() => {
    now.current = { ask, lines, isFollowing }
  })
  useEffect(() => {
    const update: Update = (change) => setLines((before) => (before.key === key ? { ...before, ...change(before) } : before))
    return begin({ ask: now.current.ask, live, update, isFollowing: () => now.current.isFollowing })
  }, [key, live])

  const load = useCallback(async (side: 'older' | 'newer') => {
    const { ask: asked, lines: known } = now.current
    const cursor = side === 'older' ? beforeOf(known.window) : afterOf(known.window)
    if (cursor === null || known[side].isLoading) return
    const update: Update = (change) => setLines((before) => (before.key === known.key ? { ...before, ...change(before) } : before))
    update(() => ({ [side]: { isLoading: true, error: null } }))
    try {
      const page = await search(asked, side === 'older' ? { before: cursor } : { after: cursor })
      update((before) => ({ ...(side === 'older' ? tookOlder(before, page) : tookNewer(before, page)), [side]: STILL }))
    } catch (error) {
      update(() => ({ [side]: { isLoading: false, error } }))
    }
  }, [])
  /** Shows what came meanwhile. False when that has to be read anew. */
  const takeHeld = useCallback((): boolean => {
    if (!now.current.lines.isAtNewest) return false
    setLines((before) => ({ ...before, ...withLive(before, before.held), held: [], heldCount: 0 }))
    return true
  }, [])
  return { ...lines, load, takeHeld }
}

type Update = (change: (before: Lines) => Partial<Lines>) => void
type Beginning = { ask: Ask; live: Live; update: Update; isFollowing: () => boolean }

/** Reads the first page and, of a live view, follows from there. Returns what ends it. */
function begin({ ask, live, update, isFollowing }: Beginning): () => void {
  const end = new AbortController()
  let close = () => {}
  const follow = (after: string | null) => {
    const take = gather((come) => update((before) => took(before, come, isFollowing())), end.signal)
    close = live.followLog({ scope: { environmentId: ask.environmentId, filter: narrowed(ask) }, ...(after === null ? {} : { after }) }, { onLines: take, onState: (state) => update(() => ({ state })) })
  }
  const read = async () => {
    try {
      const first = await (ask.line === null ? newest(ask, end.signal) : around(ask, ask.line, end.signal))
      if (end.signal.aborted) return
      update(() => ({ ...first, isLoaded: true }))
      if (ask.window.kind === 'live') follow(lastId(linesOf(first.window)))
    } catch (error) {
      if (!end.signal.aborted) update(() => ({ error, isLoaded: true }))
    }
  }
  void read()
  return () => {
    end.abort()
    close()
  }
}

type First = Pick<Lines, 'window' | 'searchedTo' | 'notes'>

async function newest(ask: Ask, signal: AbortSignal): Promise<First> {
  const page = await search(ask, {}, signal)
  return { window: withOlder(NO_LINES, page), searchedTo: page.searchedTo, notes: page.notes }
}

/** The page around one line, which is there whether the filter lets it through or not. */
async function around(ask: Ask, lineId: string, signal: AbortSignal): Promise<First> {
  const { line } = await fetchQuery(logContext, { environmentId: ask.environmentId, lineId, lines: 1 }, signal)
  const [before, after] = [cursorBefore(line), cursorAfter(line)]
  const [older, newer] = await Promise.all([search(ask, { before, limit: PAGE / 2 }, signal), search(ask, { after, limit: PAGE / 2 }, signal)])
  const middle = withNewer(withOlder(NO_LINES, older), { lines: [line], before, after })
  return { window: withNewer(middle, newer), searchedTo: older.searchedTo, notes: older.notes }
}

function search({ environmentId, serviceId, filter, window, askedAt }: Ask, where: { before?: string; after?: string; limit?: number }, signal?: AbortSignal): Promise<LogSearch> {
  const { fromMs, untilMs } = boundsOf(window, askedAt)
  const within = window.kind === 'live' ? {} : { from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() }
  return fetchQuery(logSearch, { environmentId, limit: PAGE, ...within, ...where, ...(filter === '' ? {} : { filter }), ...(serviceId === null ? {} : { serviceId }) }, signal)
}

/** What is followed has one filter, which says whose lines they are too. */
function narrowed({ filter, serviceId }: Ask): string {
  return serviceId === null ? filter : `service:${serviceId} ${grouped(filter)}`.trim()
}

function tookOlder({ window, isAtNewest }: Lines, page: LogSearch): Partial<Lines> {
  const next = withOlder(window, page)
  return { window: next, searchedTo: page.searchedTo, isAtNewest: isAtNewest && lastId(linesOf(next)) === lastId(linesOf(window)) }
}

function tookNewer({ window, isAtNewest }: Lines, page: LogSearch): Partial<Lines> {
  return { window: withNewer(window, page), isAtNewest: isAtNewest || (page.lines.length < PAGE && page.searchedTo === null) }
}

/** Lines that come are shown while one follows; otherwise they wait, as many as can be kept. */
function took(before: Lines, come: readonly LogLineView[], isFollowing: boolean): Partial<Lines> {
  if (isFollowing && before.isAtNewest) return withLive(before, [...before.held, ...come])
  const isFull = before.held.length + come.length > MOST_HELD
  return { held: isFull ? [] : [...before.held, ...come], heldCount: before.heldCount + come.length, isAtNewest: before.isAtNewest && !isFull }
}

function withLive({ window }: Pick<Lines, 'window'>, come: readonly LogLineView[]): Pick<Lines, 'window' | 'held' | 'heldCount'> {
  const [first, last] = [come[0], come.at(-1)]
  if (!first || !last) return { window, held: [], heldCount: 0 }
  return { window: withNewer(window, { lines: come, before: cursorBefore(first), after: cursorAfter(last) }), held: [], heldCount: 0 }
}

/** Whoever follows goes on after the line that was stored last, which need not be the newest by its own time. */
function lastId(lines: readonly LogLineView[]): string | null {
  return lines.reduce<string | null>((most, { id }) => (most === null || BigInt(id) > BigInt(most) ? id : most), null)
}
