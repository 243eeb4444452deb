import type { IncomingMessage } from 'node:http'

// What a proxy may not hand on: RFC 9110, 7.6.1, and what only this hop may say about itself.
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'])
/** Anyone could write these; the workload must be able to believe them. */
const FORGEABLE = new Set(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'x-forwarded-server', 'x-real-ip'])

export type Arrival = { clientAddress: string; port: number; requestId: string; /** See `Visitor`. */ caller(): string | null }

/** Headers for the workload, as the flat list Node takes: order, letters and repetitions stay as they came. */
export function requestHeaders(request: IncomingMessage, arrival: Arrival, upgrade: boolean): string[] {
  const dropped = namedByConnection(request)
  const headers: string[] = []
  let hasRequestId = false
  for (const [name, value] of pairs(request.rawHeaders)) {
    const key = name.toLowerCase()
    if (HOP_BY_HOP.has(key) || FORGEABLE.has(key) || dropped.has(key)) continue
    hasRequestId ||= key === 'x-request-id'
    headers.push(name, value)
  }
  if (request.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked')
  if (upgrade) headers.push('Connection', 'Upgrade', 'Upgrade', request.headers.upgrade ?? 'websocket')
  else if (String(request.headers.te ?? '').toLowerCase().includes('trailers')) headers.push('TE', 'trailers')
  headers.push('X-Forwarded-For', arrival.clientAddress, 'X-Forwarded-Proto', 'http', 'X-Forwarded-Host', request.headers.host ?? '', 'X-Forwarded-Port', String(arrival.port))
  if (!hasRequestId) headers.push('X-Request-Id', arrival.requestId)
  return headers
}

/** What a request says of itself; the id is what its workload is told. */
export function aboutOf({ method = 'GET', url = '/', headers }: IncomingMessage, { clientAddress, requestId }: Arrival): { method: string; target: string; client: string; requestId: string } {
  const own = headers['x-request-id']
  return { method, target: url, client: clientAddress, requestId: typeof own === 'string' ? own : requestId }
}

/** Headers for the client, as the flat list Node takes. */
export function responseHeaders(response: IncomingMessage): string[] {
  const dropped = namedByConnection(response)
  const kept = pairs(response.rawHeaders).filter(([name]) => {
    const key = name.toLowerCase()
    return !(HOP_BY_HOP.has(key) && key !== 'trailer') && !dropped.has(key)
  })
  return kept.flat()
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined ? headers['content-length'] !== '0' : headers['transfer-encoding'] !== undefined
}

/** The head of a request as bytes, without its wish for another protocol. */
export function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = pairs(rawHeaders).flatMap(([name, value]) => (name.toLowerCase() === 'upgrade' ? [] : `${name}: ${value}`))
  return Buffer.from(`${[`${method} ${url} HTTP/${httpVersion}`, ...lines].join('\r\n')}\r\n\r\n`, 'latin1')
}

/** Why a request cannot be trusted to mean one thing only; null when it can. */
export function ambiguity(request: IncomingMessage): string | null {
  const hosts = pairs(request.rawHeaders).filter(([name]) => name.toLowerCase() === 'host').length
  if (hosts !== 1) return hosts === 0 ? 'The request has no Host header.' : 'The request has more than one Host header.'
  if (request.headers['transfer-encoding'] !== undefined && request.headers['content-length'] !== undefined) return 'The request has both Content-Length and Transfer-Encoding.'
  return null
}

function namedByConnection(message: IncomingMessage): Set<string> {
  const listed = (message.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  return new Set(listed.filter((name) => name !== '' && name !== 'close' && name !== 'host' && name !== 'content-length'))
}

/** A flat list of headers as names with their values. */
export function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!])
}
