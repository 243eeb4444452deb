import { rootCertificates } from 'node:tls'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

import { exchange, type Reply } from '../alerts/exchange'
import type { AddressPolicy } from '../alerts/guard'
import { oneLine, problemOf } from '../alerts/post'
import { retryAfterMs } from '../domain/drain/pace'
import { away, type Outcome } from './outcome'

export type Limits = { policy: AddressPolicy; timeoutMs: number; signal: AbortSignal; now(): Date }
export type Posting = { url: string; body: Uint8Array; contentType: string; headers: Record<string, string>; isCompressed: boolean; /** An authority that is trusted besides the usual ones. */ ca: string | null }

/** What a 2xx says; `read` looks into its body. */
type Read = (body: Buffer) => { lines: number; message: string } | null

/** Posts once: no redirect is followed, and little of the answer is read. What goes wrong is an outcome too. */
export async function post(posting: Posting, limits: Limits, read: Read = () => null): Promise<Outcome> {
  const target = new URL(posting.url)
  // One clock for all of it: a server that sends a byte now and then does not keep a worker.
  const clock = AbortSignal.timeout(limits.timeoutMs)
  try {
    return outcomeOf(await send(target, posting, { policy: limits.policy, signal: AbortSignal.any([clock, limits.signal]) }), read, limits.now())
  } catch (error) {
    return away(clock.aborted ? `${target.host} did not answer within ${limits.timeoutMs / 1_000} s.` : problemOf(error, target.host))
  }
}

async function send(target: URL, { body, contentType, headers, isCompressed, ca }: Posting, way: { policy: AddressPolicy; signal: AbortSignal }): Promise<Reply> {
  const content = isCompressed ? await promisify(gzip)(body, { level: 1 }) : body
  const encoding: Record<string, string> = isCompressed ? { 'content-encoding': 'gzip' } : {}
  // What somebody set does not say what the content is, nor whom it is for.
  const own = { 'content-type': contentType, 'user-agent': 'Easel', 'content-length': String(content.length), host: target.host, ...encoding }
  return exchange({ target, content, headers: { ...headers, ...own }, ...way, ...trustOf(ca) })
}

/** Besides what this machine trusts anyway. */
export function trustOf(ca: string | null): { ca?: string[] } {
  return ca === null ? {} : { ca: [...rootCertificates, ca] }
}

const SETTINGS_WORDS: Record<number, string> = { 401: ' It does not know who sends: check the headers.', 403: ' It does not allow this: check the headers.', 404: ' Nothing is there: check the address.', 405: ' It takes no POST there: check the address.' }

function outcomeOf({ status, location, retryAfter, body }: Reply, read: Read, now: Date): Outcome {
  const said = oneLine(body.toString('utf8'))
  const words = `It answered ${status}${said === '' || !isText(body) ? '' : `: ${said}`}`
  if (status >= 200 && status < 300) {
    const rejected = read(body)
    return rejected === null ? { ok: true, answer: words } : { ok: true, answer: words, rejected }
  }
  const fault = (kind: 'away' | 'refused' | 'too_large' | 'not_taken', answer: string): Outcome => ({ ok: false, fault: kind, answer, askedMs: retryAfterMs(retryAfter, now) })
  if (status >= 300 && status < 400) return fault('refused', `It answered ${status} and sends on${location === undefined ? '' : ` to ${oneLine(location)}`}. Redirects are not followed: use the address it leads to.`)
  if (status === 413) return fault('too_large', words)
  if (status === 400 || status === 422) return fault('not_taken', words)
  if (status === 408 || status === 425 || status === 429 || status >= 500) return fault('away', words)
  return fault('refused', `${words}.${SETTINGS_WORDS[status] ?? ''}`)
}

function isText(body: Buffer): boolean {
  return !body.includes(0)
}
