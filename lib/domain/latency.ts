// Times to the first byte are counted in buckets: small enough to keep for every ten seconds, and they can be added up.

/** Upper bounds of the buckets in milliseconds; one more bucket is open. */
export const LATENCY_BOUNDS_MS = [2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 2_000, 5_000, 10_000] as const

/** Which bucket a time belongs to. */
export function bucketOf(ms: number): number {
  const index = LATENCY_BOUNDS_MS.findIndex((bound) => ms <= bound)
  return index === -1 ? LATENCY_BOUNDS_MS.length : index
}

/** The time below which a share of the answers came, interpolated within its bucket; null without answers. */
export function percentile(buckets: readonly number[], share: number): number | null {
  const total = buckets.reduce((sum, n) => sum + n, 0)
  if (total === 0) return null
  let before = 0
  for (const [i, n] of buckets.entries()) {
    if (n > 0 && before + n >= share * total) {
      const low = i === 0 ? 0 : LATENCY_BOUNDS_MS[i - 1]!
      const high = LATENCY_BOUNDS_MS[i] ?? low * 2
      return Math.round(low + ((share * total - before) / n) * (high - low))
    }
    before += n
  }
  return LATENCY_BOUNDS_MS.at(-1)! * 2
}
