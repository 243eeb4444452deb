import { and, eq, sql } from 'drizzle-orm'

import type { Db } from '../db/connection'
import { rateWindows } from '../db/schema/observed'
import { AppError } from '../errors'

export type RateLimit = { /** What is counted, such as `sign-in:email`. */ name: string; /** Whose attempts. */ subject: string; limit: number; windowS: number }

/** On loopback every local program shares one address, so limits by address are wider there. */
const LOOPBACK_FACTOR = 10

/** A limit by address; null when the call did not come over the network. */
export function byAddress(name: string, ip: string | null, limit: number, windowS: number): RateLimit | null {
  if (ip === null) return null
  const isLoopback = ip === '::1' || /^(::ffff:)?127\./.test(ip)
  return { name: `${name}:ip`, subject: ip, limit: isLoopback ? limit * LOOPBACK_FACTOR : limit, windowS }
}

/**
 * Counts an attempt in fixed windows and throws `rate_limited` over the limit. Give the handle outside the call's
 * transaction: attempts count although the call fails.
 */
export async function countAttempt(db: Db, limit: RateLimit | null, now: Date): Promise<void> {
  if (limit === null) return
  const windowStart = windowOf(limit, now)
  const [row] = await db
    .insert(rateWindows)
    .values({ bucket: `${limit.name}:${limit.subject}`, windowStart, count: 1 })
    .onConflictDoUpdate({ target: [rateWindows.bucket, rateWindows.windowStart], set: { count: sql`${rateWindows.count} + 1` } })
    .returning({ count: rateWindows.count })
  if (row!.count <= limit.limit) return
  const retryAfterS = Math.max(1, Math.ceil((windowStart.getTime() + limit.windowS * 1000 - now.getTime()) / 1000))
  throw new AppError('rate_limited', `Too many attempts. Try again in ${retryAfterS < 90 ? `${retryAfterS} seconds` : `${Math.ceil(retryAfterS / 60)} minutes`}.`, { retryAfterS })
}

/** Takes a counted attempt back, because it succeeded: only failures bring someone closer to the limit. */
export async function forgiveAttempt(db: Db, limit: RateLimit | null, now: Date): Promise<void> {
  if (limit === null) return
  await db
    .update(rateWindows)
    .set({ count: sql`greatest(${rateWindows.count} - 1, 0)` })
    .where(and(eq(rateWindows.bucket, `${limit.name}:${limit.subject}`), eq(rateWindows.windowStart, windowOf(limit, now))))
}

function windowOf(limit: RateLimit, now: Date): Date {
  const windowMs = limit.windowS * 1000
  return new Date(Math.floor(now.getTime() / windowMs) * windowMs)
}
