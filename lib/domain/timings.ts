import { bucketOf, LATENCY_BOUNDS_MS, percentile } from './latency'

/** How long something took, since whoever counts it began. Buckets are those of `LATENCY_BOUNDS_MS`. */
export type Timings = { count: number; failed: number; buckets: number[] }

/** None yet. */
export function noTimings(): Timings {
  return { count: 0, failed: 0, buckets: Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0) }
}

/** Counts one in place. */
export function addTiming(timings: Timings, tookMs: number, failed: boolean): void {
  timings.count++
  if (failed) timings.failed++
  timings.buckets[bucketOf(tookMs)]!++
}

/** All of them together, as people read them. */
export function summaryOf(all: readonly Timings[]): { count: number; failed: number; p50Ms: number | null; p95Ms: number | null } {
  const buckets = noTimings().buckets.map((_, index) => all.reduce((sum, timings) => sum + (timings.buckets[index] ?? 0), 0))
  const sum = (of: 'count' | 'failed') => all.reduce((total, timings) => total + timings[of], 0)
  return { count: sum('count'), failed: sum('failed'), p50Ms: percentile(buckets, 0.5), p95Ms: percentile(buckets, 0.95) }
}
