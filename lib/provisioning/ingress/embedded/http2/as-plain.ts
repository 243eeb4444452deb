import type { IncomingMessage } from 'node:http'
import { Http2ServerRequest } from 'node:http2'

import { pairs } from '../headers'

// A request of HTTP/2 as one of HTTP/1.1 is: what is asked for in its own headers becomes method, target and Host (RFC 9113, 8.3),
// pieces of a cookie are joined (8.2.3), and a body without a length is one in pieces. Node checks the frames; names and values are
// those that HTTP/1.1 allows, which is checked again when they are written.

/** The same request, to be read like one of HTTP/1.1. One that is already is left alone. */
export function asPlain(asked: IncomingMessage): IncomingMessage {
  if (!(asked instanceof Http2ServerRequest)) return asked
  const request: Http2ServerRequest = asked
  const rawHeaders: string[] = []
  const cookies: string[] = []
  for (const [name, value] of pairs(request.rawHeaders)) {
    if (name.startsWith(':')) continue
    if (name === 'cookie') cookies.push(value)
    else rawHeaders.push(name, value)
  }
  const own = Object.entries(request.headers).filter(([name]) => !name.startsWith(':'))
  const headers = Object.fromEntries(own) as IncomingMessage['headers']
  if (cookies.length > 0) rawHeaders.push('cookie', cookies.join('; '))
  const { ':authority': authority } = request.headers
  // Both may be named, as long as they are the same; two of them are refused like in HTTP/1.1.
  if (authority !== undefined && authority !== headers.host) rawHeaders.push('host', authority)
  headers.host ??= authority
  if (headers['content-length'] === undefined && !request.stream.endAfterHeaders) {
    headers['transfer-encoding'] = 'chunked'
    rawHeaders.push('transfer-encoding', 'chunked')
  }
  for (const [name, value] of Object.entries({ headers, rawHeaders })) Object.defineProperty(request, name, { value })
  return asked
}
