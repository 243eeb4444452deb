import { request as sendRequest, type IncomingMessage } from 'node:http'

import { AppError } from '../../../errors'
import type { Json } from './caddy-config'

// Caddy's admin API (caddyserver.com/docs/api): its configuration as JSON, by path and by `@id`. A change is applied as a whole, without
// a moment in which nothing listens, or not at all.

/** How long Caddy may take for one call. A configuration with thousands of certificates takes seconds. */
const CALL_MS = 30_000
/** The path of all that Caddy has. */
export const WHOLE = '/config/'
const MOST_BYTES = 256 * 1024 * 1024

/** `etag` names what was read, so that a change can be refused where somebody else was faster. */
export type CaddyAdmin = {
  /** What is at the path; null where there is nothing. */
  read(path: string, signal: AbortSignal): Promise<{ value: Json; etag: string | null }>
  /** `changed`: something else than `etag` was there. Throws AppError `unavailable` with what Caddy found wrong (`detail.said`: its own words), or when it does not answer. */
  write(change: { method: string; path: string; body: Json; etag: string | null }, signal: AbortSignal): Promise<'done' | 'changed'>
}

/** `address`: `http://127.0.0.1:2019`, or `unix//run/caddy/admin.sock` as Caddy itself writes it. */
export function caddyAdmin(address: string): CaddyAdmin {
  const place = placeOf(address)
  const call = (method: string, path: string, options: { body?: Json; etag?: string | null }, signal: AbortSignal) => ask({ place, address, method, path, ...options }, signal)
  return {
    async read(path, signal) {
      const { status, text, etag } = await call('GET', path, {}, signal)
      // It says so of an id that it does not know. Its whole configuration is always there, if only as `null`.
      if (status === 404 && path !== WHOLE) return { value: null, etag: null }
      if (status === 404) throw notCaddy(address)
      if (status !== 200) throw unwilling(address, status, text)
      const value = parsed(text, address)
      // Since 2.5 it names what it has; whatever does not is no Caddy, or one on whose configuration two could write at once.
      if (path === WHOLE && etag === null) throw notCaddy(address)
      return { value, etag }
    },
    async write({ method, path, body, etag }, signal) {
      const { status, text } = await call(method, path, { body, etag }, signal)
      if (status === 412) return 'changed'
      if (status !== 200) throw refused(address, status, text)
      return 'done'
    },
  }
}

type Place = { socketPath: string } | { host: string; port: number }
type Call = { place: Place; address: string; method: string; path: string; body?: Json; etag?: string | null }

function placeOf(address: string): Place {
  if (address.startsWith('unix/')) return { socketPath: address.slice('unix/'.length) }
  const { hostname, port } = new URL(address)
  return { host: hostname.replace(/^\[(.+)\]$/, '$1'), port: port === '' ? 80 : Number(port) }
}

function ask({ place, address, method, path, body, etag }: Call, signal: AbortSignal): Promise<{ status: number; text: string; etag: string | null }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(new AppError('unavailable', `Caddy does not answer at ${address} (${(cause as NodeJS.ErrnoException).code ?? cause.message}). Start it, or set EASEL_CADDY_ADMIN to the address of its admin API.`, { cause }))
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers: Record<string, string> = {
      // Over a socket file there is no host, and Caddy lets in who names none.
      ...('socketPath' in place ? { host: '' } : {}),
      ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
      ...(etag ? { 'if-match': etag } : {}),
    }
    // A change of the configuration may end kept connections to the admin API: each call has its own.
    const request = sendRequest({ agent: false, ...place, method, path, headers, setHost: !('socketPath' in place), timeout: CALL_MS, signal }, (response) => {
      let answer = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk
        if (answer.length > MOST_BYTES) request.destroy(new Error('its configuration is too large'))
      })
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text: answer, etag: etagOf(response) }))
      response.once('error', fail)
    })
    request.once('timeout', () => request.destroy(new Error('timeout')))
    request.once('error', fail)
    request.end(text)
  })
}

/** Caddy writes it behind the answer, since it counts what it writes. */
function etagOf({ trailers, headers }: IncomingMessage): string | null {
  return trailers.etag ?? headers.etag ?? null
}

function parsed(text: string, address: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    throw notCaddy(address, cause)
  }
}

function notCaddy(address: string, cause?: unknown): AppError {
  return new AppError('unavailable', `Something else than the admin API of a Caddy (2.6 or later) answers at ${address}. Set EASEL_CADDY_ADMIN to its address, without anything between that leaves out trailers.`, { cause })
}

function unwilling(address: string, status: number, text: string): AppError {
  const said = wordsOf(text).slice(0, 500)
  return new AppError('unavailable', `Caddy at ${address} does not say what it has (${status}${said === '' ? '' : `: ${said}`}). Look into its log, and whether EASEL_CADDY_ADMIN is the address that its admin API allows.`)
}

function refused(address: string, status: number, text: string): AppError {
  const said = wordsOf(text)
  return new AppError('unavailable', `Caddy at ${address} refused its configuration (${status}): ${said.slice(0, 500) || 'it did not say why'}.`, { detail: { said } })
}

/** What Caddy says of a certificate may hold no key, but it is long. */
function wordsOf(text: string): string {
  return /"error":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text.trim()
}
