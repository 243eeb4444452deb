import { authRefresh } from '../contract/auth'
import type { Entry } from '../contract/entry'
import { forgetSignIn, keepSignIn, readSignIn } from './sign-in'

/** A refused call. `status` 0: Easel could not be reached. */
export class CallError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly fields: Record<string, string> = {},
  ) {
    super(message)
    this.name = 'CallError'
  }
}

export type Client = {
  url: string
  call(entry: Entry, input: Record<string, unknown>): Promise<unknown>
  /** The raw answer of a streaming entry, as server-sent events. */
  stream(entry: Entry, input: Record<string, unknown>, signal: AbortSignal, lastId: string | null): Promise<Response>
}

export type ClientOptions = { url: string; token: string | undefined; folder: string }

const TIMEOUT_MS = 60_000

/** Calls the REST door as the kept sign-in or with a given token; an access token that has ended is renewed once. */
export function makeClient({ url, token, folder }: ClientOptions): Client {
  const bearer = async () => token ?? (await readSignIn(folder).then((kept) => (kept?.url === url ? kept.accessToken : undefined)))

  const send = async (entry: Entry, input: Record<string, unknown>, init: RequestInit): Promise<Response> => {
    const request = requestOf(url, entry, input)
    const attempt = async () => {
      // A sign-in that has ended must not stand in the way of a new one.
      const held = entry.access.kind === 'public' ? token : await bearer()
      const headers = { ...request.headers, ...(init.headers as Record<string, string>), ...(held === undefined ? {} : { authorization: `Bearer ${held}` }) }
      return fetch(request.url, { ...init, method: entry.http.method, headers, ...(request.body === undefined ? {} : { body: request.body }) }).catch((cause: Error) => {
        throw new CallError(`Easel does not answer at ${url} (${cause.cause instanceof Error ? cause.cause.message : cause.message}). Start it, or name it with --url.`, 0)
      })
    }
    const first = await attempt()
    if (first.status !== 401 || token !== undefined || entry.access.kind === 'public' || !(await renew(url, folder))) return first
    await first.body?.cancel()
    return attempt()
  }

  return {
    url,
    async call(entry, input) {
      const response = await send(entry, input, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) })
      return readAnswer(response)
    },
    async stream(entry, input, signal, lastId) {
      const response = await send(entry, input, { headers: { accept: 'text/event-stream', ...(lastId === null ? {} : { 'last-event-id': lastId }) }, signal })
      if (!response.ok) await readAnswer(response)
      return response
    },
  }
}

async function readAnswer(response: Response): Promise<unknown> {
  const body = (await response.json().catch(() => null)) as { message?: string; fields?: Record<string, string> } | null
  if (response.ok) return body
  throw new CallError(body?.message ?? `Easel answered ${response.status} without saying why. Is --url the address of its console?`, response.status, body?.fields)
}

function requestOf(base: string, entry: Entry, input: Record<string, unknown>): { url: string; headers: Record<string, string>; body?: string } {
  let path = entry.http.path
  const rest: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(input)) {
    if (path.includes(`{${key}}`)) path = path.replace(`{${key}}`, encodeURIComponent(String(value)))
    else if (value !== undefined) rest[key] = value
  }
  const url = `${base}/api/v1${path}`
  if (entry.http.method === 'GET') {
    const query = new URLSearchParams(Object.entries(rest).map(([key, value]) => [key, String(value)]))
    return { url: query.size > 0 ? `${url}?${query}` : url, headers: {} }
  }
  return { url, headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }, body: JSON.stringify(rest) }
}

async function renew(url: string, folder: string): Promise<boolean> {
  const kept = await readSignIn(folder)
  if (kept === null || kept.url !== url) return false
  const response = await fetch(`${url}/api/v1${authRefresh.http.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken: kept.refreshToken }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => null)
  if (response?.ok !== true) {
    if (response?.status === 401) await forgetSignIn(folder)
    return false
  }
  const tokens = (await response.json()) as { accessToken: string; refreshToken: string }
  await keepSignIn(folder, { ...kept, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken })
  return true
}
