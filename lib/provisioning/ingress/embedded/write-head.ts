import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, Http2ServerResponse } from 'node:http2'

import { pairs } from './headers'

/** Sends the head of an answer: a flat list of headers, in letters and repetitions as they are. Throws when one cannot be sent. */
export function writeHead(response: ServerResponse, status: number, headers: readonly string[], message?: string): void {
  const stream = streamed(response)
  if (stream) stream.writeHead(status, grouped(headers))
  else if (message === undefined) response.writeHead(status, headers as never)
  else response.writeHead(status, message, headers as never)
}

/** What follows the body of an answer. Where a body comes in pieces only if it was announced. */
export function writeTrailers(response: ServerResponse, { rawTrailers, headers }: Pick<IncomingMessage, 'rawTrailers' | 'headers'>): void {
  if (rawTrailers.length === 0) return
  const stream = streamed(response)
  if (stream) stream.addTrailers(grouped(rawTrailers))
  else if (headers.trailer !== undefined) response.addTrailers(pairs(rawTrailers))
}

/** Ends an answer that has begun so that it does not look whole. */
export function breakOff(response: ServerResponse): void {
  const stream = streamed(response)
  if (stream) stream.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  else response.destroy()
}

/** Whether all of it was sent. Node ends what a stream has to write also when its client has cancelled it. */
export function isWhole(response: ServerResponse): boolean {
  const stream = streamed(response)?.stream
  return response.writableFinished && (!stream || (!stream.aborted && (stream.rstCode ?? 0) === constants.NGHTTP2_NO_ERROR))
}

/** A head as text. */
export function headerLines(headers: readonly string[]): string {
  return pairs(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')
}

/** The doors hand on answers of both kinds as one. */
function streamed(response: unknown): Http2ServerResponse | null {
  return response instanceof Http2ServerResponse ? response : null
}

/** In HTTP/2 there are no headers about the connection, and names are in small letters. */
const OF_CONNECTIONS = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

function grouped(headers: readonly string[]): Record<string, string | string[]> {
  const groups: Record<string, string | string[]> = {}
  for (const [name, value] of pairs(headers)) {
    const key = name.toLowerCase()
    if (OF_CONNECTIONS.has(key)) continue
    const before = groups[key]
    groups[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return groups
}
