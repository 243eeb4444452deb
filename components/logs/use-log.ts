'use client'

import { useCallback, useEffect, useRef, useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import { openStream, type StreamHandlers, type StreamState } from '@/components/client/stream'
import { deploymentLogs } from '@/lib/contract/deployment'
import type { LogLineView, LogPage } from '@/lib/contract/log'
import { serviceLogs } from '@/lib/contract/service'

import { append, EMPTY_BUFFER, prepend, type LogBuffer } from './log-buffer'

export type LogScope = { serviceId: string } | { deploymentId: string }
export type LogKind = 'build' | 'runtime'
type PageQuery = { before?: string; after?: string; limit: number; kind?: LogKind }

const PAGE = 500

/** The log of a service or a deployment: the newest page, then every line as it comes, older ones on demand. */
export function useLog(scope: LogScope, kind: LogKind | null) {
  const [buffer, setBuffer] = useState<LogBuffer>(EMPTY_BUFFER)
  const [state, setState] = useState<StreamState>('connecting')
  const [error, setError] = useState<unknown>(null)
  const [isLoaded, setLoaded] = useState(false)
  const key = `${JSON.stringify(scope)} ${kind ?? ''}`
  const where = useRef({ scope, kind })
  useEffect(() => {
    where.current = { scope, kind }
  })

  useEffect(() => {
    const { scope: at, kind: of } = where.current
    const end = new AbortController()
    let close = () => {}
    setBuffer(EMPTY_BUFFER)
    setLoaded(false)
    setError(null)
    const follow = (after: string | undefined) => {
      const take = gather((lines) => setBuffer((before) => append(before, lines)), end.signal)
      close = followLog(at, { limit: PAGE, ...(of ? { kind: of } : {}), ...(after ? { after } : {}) }, {
        onMessage: ({ type, data }) => (type === 'line' ? take(data as LogLineView) : undefined),
        onState: setState,
      })
    }
    const begin = async () => {
      try {
        const page = await readPage(at, { limit: PAGE, ...(of ? { kind: of } : {}) }, end.signal)
        setBuffer(append({ lines: [], hasBefore: page.hasBefore }, page.lines))
        follow(page.cursor ?? undefined)
      } catch (thrown) {
        if (end.signal.aborted) return
        // Without the first page the stream still brings the newest lines, and keeps trying while nobody answers.
        setError(thrown)
        follow(undefined)
      }
      setLoaded(true)
    }
    void begin()
    return () => {
      end.abort()
      close()
    }
  }, [key])

  const loadOlder = useCallback(async () => {
    const { scope: at, kind: of } = where.current
    const first = buffer.lines[0]
    if (!first) return
    const page = await readPage(at, { limit: PAGE, before: first.id, ...(of ? { kind: of } : {}) })
    setBuffer((now) => (now.lines[0]?.id === first.id ? prepend(now, page.lines, page.hasBefore) : now))
  }, [buffer])

  return { buffer, state, error, isLoaded, loadOlder }
}

// Both entries answer alike; which one is asked depends on whose log it is.

function readPage(scope: LogScope, query: PageQuery, signal?: AbortSignal): Promise<LogPage> {
  return 'serviceId' in scope ? fetchQuery(serviceLogs, { ...scope, ...query }, signal) : fetchQuery(deploymentLogs, { ...scope, ...query }, signal)
}

function followLog(scope: LogScope, query: PageQuery, handlers: StreamHandlers): () => void {
  return 'serviceId' in scope ? openStream(serviceLogs, { ...scope, ...query }, handlers) : openStream(deploymentLogs, { ...scope, ...query }, handlers)
}

/** Hands on lines once per frame, however fast they come. */
function gather(hand: (lines: LogLineView[]) => void, signal: AbortSignal): (line: LogLineView) => void {
  let waiting: LogLineView[] = []
  return (line) => {
    waiting.push(line)
    if (waiting.length > 1) return
    setTimeout(() => {
      const lines = waiting
      waiting = []
      if (!signal.aborted) hand(lines)
    }, 50)
  }
}
