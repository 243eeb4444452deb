/** So many at once and so many per second, for each of many. */
export type TokenBuckets = {
  /** Takes one. Gives null when there was one, else the seconds until there is. */
  take(key: string, rate: Rate): number | null
  /** Whether there is one, without taking it. */
  has(key: string, rate: Rate): boolean
  size(): number
}
export type Rate = { perSecond: number; burst: number }

/** A bucket costs some 200 bytes. */
const MOST = 100_000

/** Buckets of those who come, full at first. Who has not come for longest is forgotten when there are too many, and begins anew. */
export function tokenBuckets(now: () => number = () => performance.now(), most = MOST): TokenBuckets {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const filled = (key: string, { perSecond, burst }: Rate) => {
    const bucket = buckets.get(key)
    return bucket ? Math.min(burst, bucket.tokens + ((now() - bucket.at) / 1000) * perSecond) : burst
  }
  return {
    take(key, rate) {
      const tokens = filled(key, rate)
      const isThere = tokens >= 1
      buckets.delete(key)
      buckets.set(key, { tokens: isThere ? tokens - 1 : tokens, at: now() })
      if (buckets.size > most) buckets.delete(buckets.keys().next().value!)
      return isThere ? null : (1 - tokens) / rate.perSecond
    },
    has: (key, rate) => filled(key, rate) >= 1,
    size: () => buckets.size,
  }
}
