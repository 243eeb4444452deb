'use client'

import { useCallback, useEffect, useRef, useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import type { Live, LogHandlers } from '@/components/client/live'
import type { StreamState } from '@/components/client/stream'
import { useLive } from '@/components/presence/live-context'
import { deploymentLogs, runLogs } from '@/lib/contract/doors'
import type { LogPage } from '@/lib/contract/log'

import { gather } from './gather'
import { append, EMPTY_BUFFER, prepend, type LogBuffer } from './log-buffer'

export type LogScope = { deploymentId: string } | { runId: string }
export type LogKind = 'build' | 'runtime'
type PageQuery = { before?: string; limit: number; kind?: LogKind }

type Log = {
  /** Which log this is; another one begins empty. */
  key: string
  buffer: LogBuffer
  state: StreamState
  /** Why the first page could not be read. */
  error: unknown
  isLoaded: boolean
}

const PAGE = 500

const nothing = (key: string): Log => ({ key, buffer: EMPTY_BUFFER, state: 'connecting', error: null, isLoaded: false })

/** The log of a deployment or a run: the newest page, then every line as it comes, older ones on demand. */
export function useLog(scope: LogScope, kind: LogKind | null) {
  const key = `${JSON.stringify(scope)} ${kind ?? ''}`
  const [log, setLog] = useState(() => nothing(key))
  if (log.key !== key) setLog(nothing(key))
  const query = useRef({ scope, kind })
  useEffect(() => {
    query.current = { scope, kind }
  })

  const { live } = useLive()
  useEffect(() => follow({ live, ...query.current }, (change) => setLog((now) => (now.key === key ? { ...now, ...change(now) } : now))), [key, live])

  const firstId = log.buffer.lines[0]?.id
  const loadOlder = useCallback(async () => {
    if (firstId === undefined) return
    const page = await readPage(query.current, { before: firstId })
    setLog((now) => (now.buffer.lines[0]?.id === firstId ? { ...now, buffer: prepend(now.buffer, page.lines, page.hasBefore) } : now))
  }, [firstId])

  return { ...log, loadOlder }
}

type Which = { scope: LogScope; kind: LogKind | null }
type Update = (change: (now: Log) => Partial<Log>) => void

/** Reads the newest page and then follows. Returns what ends it. */
function follow(which: Which & { live: Live }, update: Update): () => void {
  const end = new AbortController()
  let close = () => {}
  const stream = (after: string | null) => {
    const take = gather((lines) => update(({ buffer }) => ({ buffer: append(buffer, lines) })), end.signal)
    close = openLog(which, after, { onLines: take, onState: (state) => update(() => ({ state })) })
  }
  const begin = async () => {
    try {
      const page = await readPage(which, {}, end.signal)
      update(() => ({ buffer: append({ lines: [], hasBefore: page.hasBefore }, page.lines), isLoaded: true }))
      stream(page.cursor)
    } catch (error) {
      if (end.signal.aborted) return
      // Without the first page the stream still brings the newest lines, and keeps trying while nobody answers.
      update(() => ({ error, isLoaded: true }))
      stream(null)
    }
  }
  void begin()
  return () => {
    end.abort()
    close()
  }
}

// Both entries answer alike; which one is asked depends on whose log it is.

function readPage({ scope, kind }: Which, from: { before?: string }, signal?: AbortSignal): Promise<LogPage> {
  const query: PageQuery = { limit: PAGE, ...from, ...(kind ? { kind } : {}) }
  if ('runId' in scope) return fetchQuery(runLogs, { ...scope, ...ofRun(query) }, signal)
  return fetchQuery(deploymentLogs, { ...scope, ...query }, signal)
}

function openLog({ live, scope, kind }: Which & { live: Live }, after: string | null, handlers: LogHandlers): () => void {
  return live.followLog({ scope, ...(kind && !('runId' in scope) ? { kind } : {}), ...(after === null ? {} : { after }) }, handlers)
}

/** The log of a run is of one kind. */
function ofRun({ kind: _kind, ...query }: PageQuery): Omit<PageQuery, 'kind'> {
  return query
}
