import type { ClientRequest, IncomingMessage } from 'node:http'
import { Readable, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import type { EngineRequest } from './engine-api'
import { refusalOf } from './engine-error'
import type { Transport } from './transport'

/** A request with all it takes to send it. `limit`: until the answer begins, or is complete for those who read it all. */
export type RawRequest = EngineRequest & { transport: Transport; prefix: string; limit: AbortSignal }
export type Answer = { status: number; body: IncomingMessage }

const MAX_TEXT = 64 * 1024 * 1024

/** Sends a request and resolves with the answer when it begins. A kept connection that the engine had closed is tried once more. */
export async function send(raw: RawRequest): Promise<Answer> {
  try {
    return await sendOnce(raw)
  } catch (error) {
    if (!(error as { reused?: boolean }).reused || raw.body instanceof Readable) throw error
    return await sendOnce(raw)
  }
}

function sendOnce(raw: RawRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request, written } = open(raw, {})
    request.once('response', (body) => {
      onAbort(raw, body, () => body.destroy(new Error('aborted')))
      resolve({ status: body.statusCode ?? 0, body })
    })
    request.once('error', (error: NodeJS.ErrnoException) => {
      reject(Object.assign(error, { reused: request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') }))
    })
    written.catch(reject)
  })
}

/** Sends a request after which the connection is no longer HTTP. */
export function hijack(raw: RawRequest): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const { request, written } = open(raw, { connection: 'Upgrade', upgrade: 'tcp' })
    request.once('upgrade', (_, socket: Duplex, head: Buffer) => {
      if (head.length > 0) socket.unshift(head)
      onAbort({ ...raw, limit: new AbortController().signal }, socket, () => socket.destroy())
      resolve(socket)
    })
    request.once('response', (body) => {
      readAll(body).then((text) => reject(refusalOf(raw, body.statusCode ?? 0, text)), reject)
    })
    request.once('error', reject)
    written.catch(reject)
  })
}

function open(raw: RawRequest, upgrade: Record<string, string>): { request: ClientRequest; written: Promise<void> } {
  const { transport, body, limit, signal } = raw
  const isRaw = body instanceof Readable || body instanceof Uint8Array
  const text = body === undefined || isRaw ? null : JSON.stringify(body)
  const headers: Record<string, string> = { host: 'docker', 'user-agent': 'easel', ...upgrade, ...raw.headers }
  if (text !== null) headers['content-type'] = 'application/json'
  if (text !== null || body instanceof Uint8Array) headers['content-length'] = String(text === null ? (body as Uint8Array).byteLength : Buffer.byteLength(text))
  else if (body === undefined && raw.method === 'POST') headers['content-length'] = '0'
  const request = transport.request({ method: raw.method, path: raw.prefix + raw.path + queryOf(raw.query), headers, fresh: body instanceof Readable || 'upgrade' in upgrade })
  const stop = () => request.destroy(new Error('aborted'))
  for (const each of [signal, limit]) each.addEventListener('abort', stop, { once: true })
  if (signal.aborted || limit.aborted) stop()
  const forget = () => [signal, limit].forEach((each) => each.removeEventListener('abort', stop))
  request.once('response', forget).once('upgrade', forget).once('close', forget)
  if (body instanceof Readable) return { request, written: pipeline(body, request) }
  request.end(text ?? body)
  return { request, written: Promise.resolve() }
}

function onAbort({ signal, limit }: RawRequest, stream: Duplex | Readable, stop: () => void): void {
  const signals = [signal, limit]
  signals.forEach((each) => each.addEventListener('abort', stop, { once: true }))
  stream.once('close', () => signals.forEach((each) => each.removeEventListener('abort', stop)))
  if (signals.some((each) => each.aborted)) stop()
}

function queryOf(query: EngineRequest['query'] = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
  if (pairs.length === 0) return ''
  return `?${new URLSearchParams(pairs.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)])).toString()}`
}

/** The whole answer as text. */
export async function readAll(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_TEXT) throw new Error('The answer is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
