import type { Entry } from '../contract/entry'
import { AppError } from '../errors'
import { linesAfter } from '../db/queries/logs'
import { loadGraph } from '../operations/environment/load-graph'
import { admit, type Call } from '../operations/execute'
import { onHint } from './hints'
import { platform } from './platform'
import { graphFrames } from './stream-graph'
import { logFrames } from './stream-log'
import type { Frame, Source } from './stream-source'

// Server-sent events (WHATWG HTML, 9.2). A stream is level-triggered: a hint only says "look", the frames are computed
// from the database when the client has room for them. So a slow client costs nothing, and what it gets after a
// reconnect is what is true then.

/** Sends a comment at least this often, so that both ends notice a dead connection; also the look without a hint. */
const HEARTBEAT_MS = 10_000
/** A stream ends after this long and the client comes again: rights are checked anew. */
const LIFETIME_MS = 5 * 60_000
/** Hints that come together are one look. */
const GATHER_MS = 40

/** Opens the stream of an entry that `streams`. Parses and authorises like a call. */
export async function streamResponse(entry: Entry, input: unknown, call: Call, request: Request): Promise<Response> {
  const { parsed } = await admit(platform(), entry.name, input, call)
  const source = sourceOf(entry, parsed as Record<string, unknown>, request.headers.get('last-event-id'))
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no', 'x-request-id': call.requestId }
  return new Response(streamOf(source, request.signal), { headers })
}

function sourceOf(entry: Entry, input: Record<string, unknown>, lastId: string | null): Source {
  const { db } = platform()
  if (entry.name === 'environment.graph') {
    const environmentId = String(input.environmentId)
    return graphFrames(environmentId, () => loadGraph(platform(), environmentId))
  }
  if (entry.name === 'service.logs' || entry.name === 'deployment.logs' || entry.name === 'run.logs') {
    const after = lastId !== null && /^\d{1,19}$/.test(lastId) ? lastId : ((input.after as string | undefined) ?? null)
    const serviceId = input.serviceId as string | undefined
    const scope = serviceId !== undefined ? { serviceId } : input.runId === undefined ? { deploymentId: String(input.deploymentId) } : { runId: String(input.runId) }
    const kind = input.kind as 'build' | 'runtime' | undefined
    return logFrames({ after, tail: Number(input.limit), serviceId: serviceId ?? null }, (cursor, limit) => linesAfter(db, { ...scope, ...(kind ? { kind } : {}) }, cursor, limit))
  }
  throw new AppError('internal', `${entry.name} says that it streams, but nothing streams it.`)
}

function streamOf(source: Source, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const endAt = Date.now() + LIFETIME_MS
  let wake = () => {}
  let dirty = true
  const stopListening = onHint((hint) => {
    if (hint !== 'look' && !source.concerns(hint)) return
    dirty = true
    wake()
  })
  const finish = () => {
    stopListening()
    wake()
  }
  signal.addEventListener('abort', finish)

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (!signal.aborted && Date.now() < endAt) {
          if (!dirty) {
            const woken = await waitForWake((resolve) => (wake = resolve), HEARTBEAT_MS)
            if (signal.aborted) break
            dirty = true
            if (!woken) {
              controller.enqueue(encoder.encode(': still here\n\n'))
              return
            }
            await new Promise((resolve) => setTimeout(resolve, GATHER_MS))
          }
          dirty = false
          const frames = await source.next()
          if (frames.length === 0) continue
          // A hint that came while the frames were computed stays: they may not hold what it told of.
          if (frames.length >= FULL) dirty = true
          controller.enqueue(encoder.encode(frames.map(formatFrame).join('')))
          return
        }
        finish()
        controller.close()
      },
      cancel: finish,
    },
    { highWaterMark: 1 },
  )
}

/** A source that returns this many frames may have more. */
const FULL = 200

function waitForWake(arm: (resolve: () => void) => void, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs)
    arm(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}

function formatFrame(frame: Frame): string {
  return `${frame.id === undefined ? '' : `id: ${frame.id}\n`}event: ${frame.event}\ndata: ${JSON.stringify(frame.data)}\n\n`
}
