import type { Entry } from '../contract/entry'
import { AppError } from '../errors'
import { linesAfter } from '../db/queries/logs'
import { admit, type Call } from '../operations/execute'
import { frameStream, STREAM_HEADERS } from './frame-stream'
import { liveHub } from './live/hub'
import { platform } from './platform'
import { graphFrames } from './stream-graph'
import { logFrames, scopeOf } from './stream-log'
import type { Source } from './stream-source'

/** Opens the stream of an entry that `streams`. Parses and authorises like a call. */
export async function streamResponse(entry: Entry, input: unknown, call: Call, request: Request): Promise<Response> {
  const { parsed } = await admit(platform(), entry.name, input, call)
  const source = sourceOf(entry, parsed as Record<string, unknown>, request.headers.get('last-event-id'))
  return new Response(frameStream({ sources: [source], hints: liveHub().hints, signal: request.signal }), { headers: { ...STREAM_HEADERS, 'x-request-id': call.requestId } })
}

function sourceOf(entry: Entry, input: Record<string, unknown>, lastId: string | null): Source {
  const { db } = platform()
  if (entry.name === 'environment.graph') {
    const environmentId = String(input.environmentId)
    return graphFrames(environmentId, () => liveHub().graphOf(environmentId))
  }
  if (entry.name === 'service.logs' || entry.name === 'deployment.logs' || entry.name === 'run.logs') {
    const after = lastId !== null && /^\d{1,19}$/.test(lastId) ? lastId : ((input.after as string | undefined) ?? null)
    const serviceId = input.serviceId as string | undefined
    const scope = scopeOf(input)
    const kind = input.kind as 'build' | 'runtime' | undefined
    return logFrames({ after, tail: Number(input.limit), serviceId: serviceId ?? null }, (cursor, limit) => linesAfter(db, { ...scope, ...(kind ? { kind } : {}) }, cursor, limit))
  }
  throw new AppError('internal', `${entry.name} says that it streams, but nothing streams it.`)
}
