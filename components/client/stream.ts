import { heardWithin, pause } from './patience'

export type StreamState = 'connecting' | 'live' | 'offline'
export type StreamMessage = { id: string; type: string; data: unknown }
export type StreamHandlers = {
  onMessage(message: StreamMessage): void
  onState(state: StreamState): void
  /** The server refused: gone or forbidden, which is for good, or signed out (401), which may end in another tab. */
  onRefused?(status: number): void
}
export type Stream = {
  /** Connects anew at once: the address has changed. */
  restart(): void
  close(): void
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000
/** The server sends something at least every 10 s; longer silence means a dead connection, or that this machine slept. */
const SILENCE_MS = 25_000
/** A page that comes into view again after silence that long does not wait for more of it. */
const SUSPICIOUS_MS = 12_000
/** A page that nobody sees gives its connection up: a browser has six of them for all tabs. */
const HIDDEN_MS = 30_000
/** Whoever was signed out may have signed in elsewhere after so long; coming back to this page is looked at once. */
const SIGNED_OUT_MS = 30_000
/** A connection that lasted this long and ends was ended on purpose: the next one is tried at once and without a word. */
const SETTLED_MS = 5_000

/**
 * Follows server-sent events, for ever: reconnects with growing pauses, at once when the network or the person comes back,
 * and asks to go on after the last id it saw. Fetch instead of EventSource, because that one hides the status.
 */
export function openStream(url: () => string, handlers: StreamHandlers): Stream {
  const end = new AbortController()
  const now: Now = { connection: null, isRestarting: false, lastId: null }
  void follow(url, handlers, now, end.signal)
  return {
    restart: () => {
      now.isRestarting = true
      now.connection?.abort()
    },
    close: () => end.abort(),
  }
}

type Now = { connection: AbortController | null; isRestarting: boolean; lastId: string | null }

async function follow(url: () => string, handlers: StreamHandlers, now: Now, signal: AbortSignal): Promise<void> {
  let waitMs = FIRST_WAIT_MS
  handlers.onState('connecting')
  while (!signal.aborted) {
    await untilSeen(signal)
    if (signal.aborted) return
    const began = Date.now()
    now.isRestarting = false
    const outcome = await connectOnce(url(), now, signal, {
      onMessage: (message) => {
        if (message.id !== '') now.lastId = message.id
        waitMs = FIRST_WAIT_MS
        handlers.onMessage(message)
      },
      onOpen: () => handlers.onState('live'),
    })
    if (signal.aborted) return
    if (outcome.status >= 400 && outcome.status < 500 && outcome.status !== 408 && outcome.status !== 429) {
      handlers.onState('offline')
      handlers.onRefused?.(outcome.status)
      if (outcome.status !== 401) return
      await pause(SIGNED_OUT_MS, signal)
      continue
    }
    if (now.isRestarting || document.hidden || (outcome.isEnded && Date.now() - began > SETTLED_MS)) continue
    handlers.onState('offline')
    await pause(waitMs, signal)
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }
}

type Heard = { onMessage(message: StreamMessage): void; onOpen(): void }

/** One connection until it ends. `status`: of HTTP, or 0 when there was no answer; `isEnded`: the server ended it in order. */
async function connectOnce(url: string, now: Now, signal: AbortSignal, { onMessage, onOpen }: Heard): Promise<{ status: number; isEnded: boolean }> {
  const connection = new AbortController()
  now.connection = connection
  const abort = () => connection.abort()
  signal.addEventListener('abort', abort)
  const watch = heardWithin({ silenceMs: SILENCE_MS, suspiciousMs: SUSPICIOUS_MS, hiddenMs: HIDDEN_MS }, abort)
  try {
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (now.lastId !== null) headers['last-event-id'] = now.lastId
    const response = await fetch(url, { headers, cache: 'no-store', signal: connection.signal })
    if (!response.ok || !response.body) return { status: response.status, isEnded: false }
    onOpen()
    const feed = parseEvents(onMessage)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { status: response.status, isEnded: true }
      watch.heard()
      feed(value)
    }
  } catch {
    return { status: 0, isEnded: false }
  } finally {
    watch.stop()
    signal.removeEventListener('abort', abort)
  }
}

/** A page that nobody sees waits until somebody does. */
function untilSeen(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve()
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return
      document.removeEventListener('visibilitychange', look)
      signal.removeEventListener('abort', look)
      resolve()
    }
    document.addEventListener('visibilitychange', look)
    signal.addEventListener('abort', look)
  })
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
