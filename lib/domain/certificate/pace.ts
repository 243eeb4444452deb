import type { DomainReason } from '../domain-state'

// When an authority is asked, and when it is not. The limits are those that Let's Encrypt publishes (letsencrypt.org/docs/rate-limits),
// and a little less than them: other programs may use the same account or name. An authority of one's own has no such limits, but a host name that
// fails is not tried without end there either.

export type Order = { host: string; registered: string; placedAt: Date; outcome: 'issued' | 'failed' | 'open'; reason: DomainReason | null }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const WEEK_MS = 7 * 24 * HOUR_MS

/** How long orders are remembered. */
export const ORDERS_MS = WEEK_MS

const FAILED = { most: 5, ms: HOUR_MS }
const PLACED = { most: 300, ms: 3 * HOUR_MS }
const REGISTERED = { most: 50, ms: WEEK_MS }
const SAME_HOST = { most: 5, ms: WEEK_MS }

/** Authorities that the limits of Let's Encrypt are kept for. */
export function isPublic(directory: string): boolean {
  return /(^|\.)(letsencrypt\.org|zerossl\.com|pki\.goog|buypass\.com|ssl\.com)$/.test(new URL(directory).hostname)
}

export type Asking = { directory: string; host: string; registered: string; now: Date; /** Whether there is a certificate of the same name already: such ones are not counted by registered domain. */ isRenewal: boolean }

/** From when on an order may be placed, and which limit says so in words; null for now. `orders`: of the same directory, in the last week. */
export function mayOrderAt(orders: readonly Order[], { directory, host, registered, now, isRenewal }: Asking): { at: Date; words: string } | null {
  const failed = orders.filter((order) => order.host === host && order.outcome === 'failed' && order.reason === 'challenge_failed')
  const issued = orders.filter((order) => order.outcome === 'issued')
  const waits = [freeAt(failed, FAILED, now, `${FAILED.most} attempts to prove ${host} have failed within an hour`)]
  if (isPublic(directory)) {
    waits.push(freeAt(orders, PLACED, now, `${PLACED.most} certificates were asked for within three hours`))
    waits.push(freeAt(issued.filter((order) => order.host === host), SAME_HOST, now, `${SAME_HOST.most} certificates were issued for ${host} within a week`))
    if (!isRenewal) waits.push(freeAt(issued.filter((order) => order.registered === registered), REGISTERED, now, `${REGISTERED.most} certificates were issued under ${registered} within a week`))
  }
  return waits.filter((wait) => wait !== null).sort((a, b) => b.at.getTime() - a.at.getTime())[0] ?? null
}

function freeAt(orders: readonly Order[], { most, ms }: { most: number; ms: number }, now: Date, words: string): { at: Date; words: string } | null {
  const times = orders.map(({ placedAt }) => placedAt.getTime()).filter((at) => at > now.getTime() - ms).sort((a, b) => b - a)
  const blocking = times[most - 1]
  return blocking === undefined ? null : { at: new Date(blocking + ms), words }
}

const PAUSES_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS]

/** How long to wait after so many failures in a row. What somebody must change first is not tried every minute. */
export function pauseAfterMs(failures: number, failure: { reason: DomainReason; retryAfterS: number | null }): number {
  // A limit ends when it is said to end.
  if (failure.reason === 'rate_limited' && failure.retryAfterS !== null) return Math.max(MINUTE_MS, failure.retryAfterS * 1000)
  const pause = PAUSES_MS[Math.min(Math.max(failures, 1), PAUSES_MS.length) - 1]!
  const least = failure.reason === 'caa_forbids' || failure.reason === 'rate_limited' || failure.reason === 'authority_refused' ? 15 * MINUTE_MS : 0
  return Math.max(pause, least, (failure.retryAfterS ?? 0) * 1000)
}

const DAY_MS = 24 * HOUR_MS

export type Life = { id: string; notBefore: Date; notAfter: Date }

/** When a certificate is renewed: 30 days before its end, or when a third of a shorter life is left; spread over a day (a tenth of a short life), the same for the same certificate. */
export function renewAt({ id, notBefore, notAfter }: Life): Date {
  const lifeMs = notAfter.getTime() - notBefore.getTime()
  const leftMs = Math.min(30 * DAY_MS, lifeMs / 3)
  const spreadMs = Math.min(DAY_MS, lifeMs / 10)
  return new Date(notAfter.getTime() - leftMs - spreadMs * fractionOf(id))
}

/** Between 0 and 1, the same for the same text (FNV-1a). */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0
  return hash / 2 ** 32
}
