import type { Duplex, Readable } from 'node:stream'

import type { z } from 'zod'

import { AppError } from '../../errors'
import type { DockerConnection } from './connection'
import { refusalOf, unreachable } from './engine-error'
import { hijack, readAll, send, type Answer, type RawRequest } from './send'
import { openTransport } from './transport'
import { negotiate, type EngineVersion } from './version'

// The Docker Engine API over plain HTTP: requests, streams, and connections that are taken over. What cannot be reached is
// `unavailable`, what the engine refuses has the code of its status; both say what to do.

export type EngineRequest = {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Without the version, such as `/containers/json`. Ids and names in it are escaped by the caller: see `segment`. */
  path: string
  /** Objects and arrays are sent as JSON, as the engine wants its filters; undefined ones are left out. */
  query?: Record<string, unknown>
  /** Sent as JSON; a stream or bytes as they are. */
  body?: unknown
  headers?: Record<string, string>
  signal: AbortSignal
  /** Until the answer is complete; of a stream, until it begins. */
  timeoutMs?: number
}

export type EngineApi = {
  connection: DockerConnection
  /** Asked once and remembered until the engine could not be reached. */
  version(signal: AbortSignal): Promise<EngineVersion>
  /** The answer, parsed. */
  json<T>(request: EngineRequest, schema: z.ZodType<T>): Promise<T>
  /** For its effect; 304 (nothing to do) is success. */
  run(request: EngineRequest): Promise<void>
  /** The answer as it comes: logs, events, progress, tar. Ends with the signal. */
  stream(request: EngineRequest): Promise<Readable>
  /** The connection itself after the head of the answer: attach and exec. Ends with the signal. */
  hijack(request: EngineRequest): Promise<Duplex>
  /** Ends its connections. */
  close(): void
}

const TIMEOUT_MS = 30_000

/** A client for one engine. Nothing is connected before the first call. */
export function engineApi(connection: DockerConnection): EngineApi {
  const transport = openTransport(connection)
  let known: Promise<EngineVersion> | null = null

  /** Sends it with a limit of time; an error on the way is `unavailable`, unless it was the caller who ended it. */
  const attempt = async <T>(request: EngineRequest, prefix: string, work: (raw: RawRequest) => Promise<T>): Promise<T> => {
    request.signal.throwIfAborted()
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), request.timeoutMs ?? TIMEOUT_MS)
    try {
      return await work({ ...request, transport, prefix, limit: limit.signal })
    } catch (cause) {
      request.signal.throwIfAborted()
      if (cause instanceof AppError) throw cause
      known = null
      throw unreachable(connection, { cause, timedOut: limit.signal.aborted, complaint: transport.complaint() })
    } finally {
      clearTimeout(timer)
    }
  }
  const version = (signal: AbortSignal): Promise<EngineVersion> => {
    // One question for all who wait; whoever asks next asks anew when it failed, also when the first asker gave up.
    known ??= attempt({ method: 'GET', path: '/version', signal: new AbortController().signal }, '', async (raw) => negotiate(connection, await succeeded(raw))).catch((error: unknown) => {
      known = null
      throw error
    })
    return abortable(known, signal)
  }
  const versioned = async <T>(request: EngineRequest, work: (raw: RawRequest) => Promise<T>) => attempt(request, `/v${(await version(request.signal)).api}`, work)

  return {
    connection,
    version,
    json: (request, schema) => versioned(request, async (raw) => schema.parse(JSON.parse(await succeeded(raw)))).catch(asUnreadable),
    run: (request) => versioned(request, async (raw) => void (await succeeded(raw))),
    stream: (request) => versioned(request, async (raw) => (await accepted(raw)).body),
    hijack: (request) => versioned(request, hijack),
    close: () => transport.close(),
  }
}

async function accepted(raw: RawRequest): Promise<Answer> {
  const answer = await send(raw)
  if (answer.status < 400) return answer
  throw refusalOf(raw, answer.status, await readAll(answer.body))
}

async function succeeded(raw: RawRequest): Promise<string> {
  return readAll((await accepted(raw)).body)
}

function asUnreadable(error: unknown): never {
  if (!(error instanceof Error) || error.name !== 'ZodError') throw error
  throw new AppError('unavailable', 'The Docker engine gave an answer that Easel does not understand. Use Docker 20.10 or newer.', { cause: error })
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** A name or id as a part of a path. */
export function segment(text: string): string {
  return encodeURIComponent(text)
}
