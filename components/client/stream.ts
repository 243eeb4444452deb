import type { z } from 'zod'

import type { Door } from '@/lib/contract/entry'

import { queryUrl } from './query'

export type StreamState = 'connecting' | 'live' | 'offline'
export type StreamMessage = { id: string; type: string; data: unknown }
export type StreamHandlers = {
  onMessage(message: StreamMessage): void
  onState(state: StreamState): void
  /** The server refused for good: signed out, gone, forbidden. */
  onRefused?(status: number): void
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000
/** The server sends something at least every 15 s; longer silence means a dead connection. */
const SILENCE_MS = 40_000

/**
 * Follows a streaming query by server-sent events, for ever: reconnects with growing pauses and asks to go on after the
 * last id it saw. Returns a function that ends it. Fetch instead of EventSource, because that one hides the status.
 */
export function openStream<I extends z.ZodType, O extends z.ZodType>(entry: Door<I, O>, input: z.input<I>, handlers: StreamHandlers): () => void {
  const end = new AbortController()
  const url = queryUrl(entry, input as Record<string, unknown>)
  void follow(url, handlers, end.signal)
  return () => end.abort()
}

async function follow(url: string, handlers: StreamHandlers, signal: AbortSignal): Promise<void> {
  let lastId: string | null = null
  let waitMs = FIRST_WAIT_MS
  while (!signal.aborted) {
    handlers.onState('connecting')
    const outcome = await connectOnce(url, lastId, signal, (message) => {
      if (message.id !== '') lastId = message.id
      waitMs = FIRST_WAIT_MS
      handlers.onMessage(message)
    }, () => handlers.onState('live'))
    if (signal.aborted) return
    handlers.onState('offline')
    if (outcome >= 400 && outcome < 500 && outcome !== 408 && outcome !== 429) {
      handlers.onRefused?.(outcome)
      return
    }
    await pause(waitMs, signal)
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }
}

/** One connection until it ends. Returns the HTTP status, or 0 when there was no answer. */
async function connectOnce(url: string, lastId: string | null, signal: AbortSignal, onMessage: (message: StreamMessage) => void, onOpen: () => void): Promise<number> {
  const connection = new AbortController()
  const abort = () => connection.abort()
  signal.addEventListener('abort', abort)
  let silence = setTimeout(abort, SILENCE_MS)
  try {
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (lastId !== null) headers['last-event-id'] = lastId
    const response = await fetch(url, { headers, cache: 'no-store', signal: connection.signal })
    if (!response.ok || !response.body) return response.status
    onOpen()
    const feed = parseEvents(onMessage)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return response.status
      clearTimeout(silence)
      silence = setTimeout(abort, SILENCE_MS)
      feed(value)
    }
  } catch {
    return 0
  } finally {
    clearTimeout(silence)
    signal.removeEventListener('abort', abort)
  }
}

/** A parser of the event stream format (WHATWG HTML, 9.2.6): takes text in any pieces, calls back per event. */
export function parseEvents(onMessage: (message: StreamMessage) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    rest += text
    for (;;) {
      const end = rest.indexOf('\n\n')
      if (end < 0) return
      const block = rest.slice(0, end)
      rest = rest.slice(end + 2)
      const event = readBlock(block)
      if (event) onMessage(event)
    }
  }
}

function readBlock(block: string): StreamMessage | null {
  const event = { id: '', type: 'message', data: '' }
  let hasData = false
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const field = line.slice(0, colon)
    const value = line.slice(colon + 1).replace(/^ /, '')
    if (field === 'id') event.id = value
    else if (field === 'event') event.type = value
    else if (field === 'data') {
      event.data += hasData ? `\n${value}` : value
      hasData = true
    }
  }
  return hasData ? { ...event, data: JSON.parse(event.data) as unknown } : null
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
