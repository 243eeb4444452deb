import type { Loss, Version } from './losses'
import type { Client, Place } from './requests'
import { openWebSocket, type WebSocket } from './web-socket'

/** An end of a WebSocket that was not asked for, and the version it was open to. */
export type Closing = { at: Date; version: string; how: string }
export type Sockets = { messages: number; closings: Closing[]; losses: Loss[] }

const EVERY_MS = 1_000
const ANSWER_MS = 10_000

/** Keeps a WebSocket open, exchanges a message every second, and opens another one when it is closed. */
export function startSocket(place: Place, sockets: Sockets): Client {
  const end = new AbortController()
  const lose = (what: string, error: unknown) => void sockets.losses.push({ at: new Date(), what, why: error instanceof Error ? error.message : String(error) })
  const working = (async () => {
    while (!end.signal.aborted) {
      const socket = await openWebSocket(place).catch((error: unknown) => lose('a new WebSocket', error))
      if (socket) await talk(socket, { sockets, end: end.signal, lose })
    }
  })()
  return {
    async stop() {
      end.abort()
      await working
    },
  }
}

type Talk = { sockets: Sockets; end: AbortSignal; lose(what: string, error: unknown): void }

async function talk(socket: WebSocket, { sockets, end, lose }: Talk): Promise<void> {
  let version: string | null = null
  let isOpen = true
  void socket.closed.then(() => (isOpen = false))
  for (let turn = 0; isOpen && !end.aborted; turn++) {
    const answer = await within(socket.exchange(`message ${turn}`)).catch((error: Error) => error)
    if (answer instanceof Error) {
      if (isOpen || version === null) lose(`message ${turn} on a WebSocket to ${version}`, answer)
      break
    }
    const [from, ...words] = answer.split(' ')
    version ??= from!
    if (from !== version || words.join(' ') !== `message ${turn}`) lose(`message ${turn} on a WebSocket to ${version}`, `was answered with "${answer}"`)
    sockets.messages++
    await Promise.race([pause(EVERY_MS), socket.closed])
  }
  if (!end.aborted && version !== null) sockets.closings.push({ at: new Date(), version, how: isOpen ? 'given up' : await socket.closed })
  socket.end()
}

/** Those that were closed while their version still had to keep them open. */
export function closedTooEarly({ closings }: Sockets, known: readonly Version[], drainMs: number): Loss[] {
  return closings.flatMap(({ at, version, how }) => {
    const until = graceEnd(known, version, drainMs)
    return until !== null && at.getTime() >= until ? [] : [{ at, what: `WebSocket to ${version}`, why: `${how}, ${until === null ? 'while that version served' : `${Math.round(until - at.getTime())} ms before the end of its grace`}` }]
  })
}

/** When a version may close what is open: so long after it was retired, or after requests were held to replace it. */
function graceEnd(known: readonly Version[], id: string, drainMs: number): number | null {
  const own = known.find((version) => version.id === id)
  if (!own?.retiredAt) return null
  const pauseMs = known.find(({ activatedAt }) => activatedAt === own.retiredAt)?.pauseMs ?? 0
  return own.retiredAt - pauseMs + drainMs
}

function within<T>(promise: Promise<T>): Promise<T> {
  return Promise.race([promise, pause(ANSWER_MS).then(() => Promise.reject(new Error(`no answer within ${ANSWER_MS / 1000} s`)))])
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
