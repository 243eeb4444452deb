import type { IncomingMessage } from 'node:http'

import { HOP_BY_HOP } from './hop-by-hop'
import type { Origin } from './origin'
import { hostOf } from './route-index'

/** Anyone could write these; the workload must be able to believe them. */
const FORGEABLE = new Set(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-prefix', 'x-forwarded-proto', 'x-forwarded-server', 'x-real-ip'])

export type Arrival = { origin: Origin; /** What is asked for: path and query. */ target: string; requestId: string; /** See `Visitor`. */ caller(): string | null }
/** What is taken from a request or added to it besides. `prefix`: what was stripped of its path. */
export type Told = { upgrade: boolean; prefix: string | null; hidesAuthorization: boolean }

/** What is known of a header by its name. It is looked up once for each name: most are the same in every request. */
type Name = { key: string; isHop: boolean; isForgeable: boolean }
const names = new Map<string, Name>()
const MOST_NAMES = 2_000

function nameOf(written: string): Name {
  const known = names.get(written)
  if (known) return known
  if (names.size >= MOST_NAMES) names.clear()
  const key = written.toLowerCase()
  // Many programs take `_` for `-` in names.
  const name = { key, isHop: HOP_BY_HOP.has(key), isForgeable: FORGEABLE.has(key.replaceAll('_', '-')) }
  names.set(written, name)
  return name
}

/** Headers for the workload, as the flat list Node takes: order, letters and repetitions stay as they came. */
export function requestHeaders(request: IncomingMessage, { origin, requestId }: Arrival, { upgrade, prefix, hidesAuthorization }: Told): string[] {
  const { rawHeaders: raw, headers: known } = request
  const dropped = namedByConnection(known.connection)
  const headers: string[] = []
  for (let i = 0; i < raw.length; i += 2) {
    const { key, isHop, isForgeable } = nameOf(raw[i]!)
    if (isHop || isForgeable || dropped?.has(key) || (hidesAuthorization && key === 'authorization')) continue
    headers.push(raw[i]!, raw[i + 1]!)
  }
  if (known['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked')
  if (upgrade) headers.push('Connection', 'Upgrade', 'Upgrade', known.upgrade ?? 'websocket')
  else if (known.te !== undefined && String(known.te).toLowerCase().includes('trailers')) headers.push('TE', 'trailers')
  headers.push('X-Forwarded-For', origin.client, 'X-Forwarded-Proto', origin.isSecure ? 'https' : 'http', 'X-Forwarded-Host', origin.authority, 'X-Forwarded-Port', String(origin.port))
  if (prefix !== null) headers.push('X-Forwarded-Prefix', prefix)
  if (known['x-request-id'] === undefined || dropped?.has('x-request-id')) headers.push('X-Request-Id', requestId)
  return headers
}

/** What a request says of itself; the id is what its workload is told. */
export function aboutOf({ method = 'GET', headers }: IncomingMessage, { origin, target, requestId }: Arrival): { method: string; target: string; client: string; requestId: string } {
  const own = headers['x-request-id']
  return { method, target, client: origin.client, requestId: typeof own === 'string' ? own : requestId }
}

/** Headers for the client, as the flat list Node takes. */
export function responseHeaders({ rawHeaders: raw, headers: known }: IncomingMessage): string[] {
  const dropped = namedByConnection(known.connection)
  const headers: string[] = []
  for (let i = 0; i < raw.length; i += 2) {
    const { key, isHop } = nameOf(raw[i]!)
    if ((isHop && key !== 'trailer') || dropped?.has(key)) continue
    headers.push(raw[i]!, raw[i + 1]!)
  }
  return headers
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
  const hosts = timesNamed(request, 'host')
  if (hosts !== 1) return hosts === 0 ? 'The request has no Host header.' : 'The request has more than one Host header.'
  // Node reads what has no version as HTTP/0.9 and goes on to its headers, which HTTP/0.9 does not have.
  if (request.httpVersionMajor === 0) return 'The request names no version of HTTP.'
  const { 'transfer-encoding': encoding, 'content-length': length } = request.headers
  if (encoding !== undefined && length !== undefined) return 'The request has both Content-Length and Transfer-Encoding.'
  // Whatever else is named there, another program may read the body in another way than we do (RFC 9112, 6.1).
  if (encoding !== undefined && (encoding.trim().toLowerCase() !== 'chunked' || timesNamed(request, 'transfer-encoding') !== 1)) return 'The Transfer-Encoding of the request is another one than chunked.'
  if (encoding !== undefined && request.httpVersion === '1.0') return 'A request of HTTP/1.0 has no Transfer-Encoding.'
  if (length !== undefined && timesNamed(request, 'content-length') !== 1) return 'The request has more than one Content-Length.'
  return targetOf(request) === null ? 'The request names another host than its Host header, or nothing that could be asked for.' : null
}

/** Path and query of what is asked for, also where a whole address is named (RFC 9112, 3.2.2); null for what is neither. */
export function targetOf({ url = '', method, headers }: IncomingMessage): string | null {
  if (!/^[\x21-\x7e\x80-\xff]+$/.test(url)) return null
  if (url.startsWith('/')) return url
  if (url === '*') return method === 'OPTIONS' ? url : null
  const [, authority, rest = ''] = /^https?:\/\/([^/?#@\\]+)([/?].*)?$/i.exec(url) ?? []
  if (authority === undefined || hostOf(authority) === null || authority.toLowerCase() !== headers.host?.trim().toLowerCase()) return null
  return rest.startsWith('/') ? rest : `/${rest}`
}

function timesNamed({ rawHeaders: raw }: IncomingMessage, wanted: string): number {
  let times = 0
  for (let i = 0; i < raw.length; i += 2) if (raw[i]!.length === wanted.length && raw[i]!.toLowerCase() === wanted) times++
  return times
}

/** Null where it names nothing, as is usual. */
function namedByConnection(connection: string | undefined): Set<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null
  const listed = connection.split(',').map((name) => name.trim().toLowerCase())
  return new Set(listed.filter((name) => name !== '' && name !== 'close' && name !== 'host' && name !== 'content-length'))
}

/** A flat list of headers as names with their values. */
export function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!])
}
