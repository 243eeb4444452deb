import type { z } from 'zod'

import type { Entry } from '../contract/entry'
import { logSearch, type LogKind } from '../contract/log'
import { AppError } from '../errors'
import { linesAfter } from '../db/queries/logs'
import { admit, type Call } from '../operations/execute'
import { questionOf } from '../operations/log/ask'
import { frameStream, STREAM_HEADERS } from './frame-stream'
import { liveHub } from './live/hub'
import { platform } from './platform'
import { graphFrames } from './stream-graph'
import { logFrames, scopeOf } from './stream-log'
import type { Source } from './stream-source'
import { tailFrames } from './tail-log'

/** Opens the stream of an entry that `streams`. Parses and authorises like a call. */
export async function streamResponse(entry: Entry, input: unknown, call: Call, request: Request): Promise<Response> {
  const { parsed } = await admit(platform(), entry.name, input, call)
  const source = await sourceOf(entry, parsed as Record<string, unknown>, request.headers.get('last-event-id'))
  return new Response(frameStream({ sources: [source], hints: liveHub().hints, signal: request.signal }), { headers: { ...STREAM_HEADERS, 'x-request-id': call.requestId } })
}

async function sourceOf(entry: Entry, input: Record<string, unknown>, lastId: string | null): Promise<Source> {
  const { db } = platform()
  if (entry.name === 'environment.graph') {
    const environmentId = String(input.environmentId)
    return graphFrames(environmentId, () => liveHub().graphOf(environmentId))
  }
  if (entry.name === logSearch.name) {
    const { environmentId, filter, serviceId, deploymentId, kind, limit } = input as z.output<typeof logSearch.input>
    const asked = { environmentId, filter, serviceId, deploymentId, kind }
    await questionOf(db, asked, platform().now())
    return tailFrames(platform(), { asked, after: lastId !== null && /^\d{1,19}$/.test(lastId) ? lastId : null, tail: limit })
  }
  if (entry.name === 'service.logs' || entry.name === 'deployment.logs' || entry.name === 'run.logs') {
    const after = lastId !== null && /^\d{1,19}$/.test(lastId) ? lastId : ((input.after as string | undefined) ?? null)
    const serviceId = input.serviceId as string | undefined
    const scope = scopeOf(input)
    const kind = input.kind as LogKind | undefined
    return logFrames({ after, tail: Number(input.limit), serviceId: serviceId ?? null }, (cursor, limit) => linesAfter(db, { ...scope, ...(kind ? { kind } : {}) }, cursor, limit))
  }
  throw new AppError('internal', `${entry.name} says that it streams, but nothing streams it.`)
}
