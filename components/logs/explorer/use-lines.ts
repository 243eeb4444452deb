'use client'

import { useCallback, useEffect, useRef, useState } from 'react'

import type { Live } from '@/components/client/live'
import { fetchQuery } from '@/components/client/query'
import { useLive } from '@/components/presence/live-context'
import { logContext, logSearch } from '@/lib/contract/doors'
import type { LogSearch } from '@/lib/contract/log'

import { gather } from '../gather'
import { afterOf, beforeOf, cursorAfter, cursorBefore, linesOf, NO_LINES, withNewer, withOlder } from './line-window'
import { lastId, nothing, PAGE, STILL, took, tookNewer, tookOlder, withLive, type Lines } from './lines-state'
import { grouped } from './filter-edit'
import { nextUnknown } from './next-unknown'
import { boundsOf, type LogWindow } from './question'

/** What is asked of the log. `askedAt`: when, which is what windows that end now are counted from. */
export type Ask = { environmentId: string; serviceId: string | null; filter: string; window: LogWindow; line: string | null; askedAt: number }

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
      const page = await nextUnknown((where) => search(asked, where), known.window, side === 'older' ? { before: cursor } : { after: cursor })
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
