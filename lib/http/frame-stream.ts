import { log } from '../log'
import type { Hints } from './hints'
import type { Frame, Source } from './stream-source'

// Server-sent events (WHATWG HTML, 9.2). A stream is level-triggered: a hint only says "look", the frames are computed
// from the database when the client has room for them. So nothing is queued for a slow client, and what it gets when it
// reads again, or after a reconnect, is what is true then.

export const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' }

/** Sends a comment at least this often, so that both ends notice a dead connection. */
const HEARTBEAT_MS = 10_000
/** Every source is asked this often, also without a hint. */
const LOOK_MS = 10_000
/** A stream ends after this long and the client comes again: rights are checked anew. */
const LIFETIME_MS = 5 * 60_000
/** Hints that come faster than this are one look. */
const GATHER_MS = 40

type Watched = { source: Source; staleSince: number | null; askedAt: number }

export type StreamOptions = { sources: readonly Source[]; hints: Hints; signal: AbortSignal; onEnd?: () => void }

/** Frames of several sources in one stream, those of the first source first. */
export function frameStream({ sources, hints, signal, onEnd }: StreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const endAt = Date.now() + LIFETIME_MS
  const watched: Watched[] = sources.map((source) => ({ source, staleSince: 0, askedAt: 0 }))
  let wake = () => {}
  let isOver = false
  let sentAt = Date.now()

  const mark = (which: Watched) => {
    which.staleSince ??= Date.now()
    wake()
  }
  const stops = watched.map((which) => which.source.listen?.(() => mark(which)))
  const stopHints = hints.on((hint) => {
    for (const which of watched) if (hint === 'look' || which.source.concerns(hint)) mark(which)
  })
  const finish = () => {
    if (isOver) return
    isOver = true
    stopHints()
    stops.forEach((stop) => stop?.())
    signal.removeEventListener('abort', finish)
    wake()
    onEnd?.()
  }
  signal.addEventListener('abort', finish)
  if (signal.aborted) finish()

  const gather = async (now: number): Promise<Frame[]> => {
    const frames: Frame[] = []
    for (const which of watched) {
      if (dueAt(which) > now) continue
      // A hint that comes while the frames are computed stays: they may not hold what it tells of.
      which.staleSince = null
      which.askedAt = now
      frames.push(...(await which.source.next()))
      if (which.source.isBehind?.()) Object.assign(which, { staleSince: 0, askedAt: 0 })
    }
    return frames
  }

  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    while (!isOver && Date.now() < endAt) {
      const frames = await gather(Date.now())
      if (isOver) return
      if (frames.length > 0 || Date.now() - sentAt >= HEARTBEAT_MS) {
        sentAt = Date.now()
        controller.enqueue(encoder.encode(frames.length === 0 ? ': still here\n\n' : frames.map(formatFrame).join('')))
        return
      }
      await rest(Math.min(endAt, sentAt + HEARTBEAT_MS, ...watched.map(dueAt)) - Date.now(), (resolve) => (wake = resolve))
    }
    if (isOver) return
    finish()
    controller.close()
  }

  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) =>
        pull(controller).catch((cause: unknown) => {
          finish()
          log.warn({ cause }, 'a stream was cut, its client comes again')
          throw cause
        }),
      cancel: finish,
    },
    { highWaterMark: 1 },
  )
}

function dueAt({ source, staleSince, askedAt }: Watched): number {
  return staleSince === null ? askedAt + LOOK_MS : Math.max(staleSince, askedAt + (source.pauseMs?.() ?? GATHER_MS))
}

function rest(ms: number, arm: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, ms))
    arm(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function formatFrame(frame: Frame): string {
  return `${frame.id === undefined ? '' : `id: ${frame.id}\n`}event: ${frame.event}\ndata: ${JSON.stringify(frame.data)}\n\n`
}
