import { bucketOf, LATENCY_BOUNDS_MS } from './latency'

// Times in buckets whose bounds rise by the same factor, eight to a doubling: half a millisecond to ten minutes in 162 of them.
// A percentile read from them is off by at most 4.5 % either way (`PERCENTILE_ERROR`), at every size, and they can be added up.

const FIRST_MS = 0.5
const PER_DOUBLING = 8
const LAST = 162

/** How far a percentile that is told here may be from the true one, as a share of it; below half a millisecond nothing is told apart. */
export const PERCENTILE_ERROR = 2 ** (0.5 / PER_DOUBLING) - 1

/** For long, every two of them are kept as one: a percentile read from those is off by at most this much. */
export const KEPT_PERCENTILE_ERROR = 2 ** (1 / PER_DOUBLING) - 1

/** Counts by number of the bucket; those that are zero are left out. */
export type LatencyHistogram = Record<string, number>

/** Which bucket a time belongs to, from 0. */
export function latencyBucket(ms: number): number {
  if (!(ms > FIRST_MS)) return 0
  return Math.min(LAST, Math.ceil(Math.log2(ms / FIRST_MS) * PER_DOUBLING))
}

/** The time that stands for a bucket: as far from its lower bound as from its upper one, by factors. */
export function latencyOf(bucket: number): number {
  return bucket <= 0 ? FIRST_MS : FIRST_MS * 2 ** ((bucket - 0.5) / PER_DOUBLING)
}

/** All of them added up. */
export function addLatencies(histograms: readonly LatencyHistogram[]): LatencyHistogram {
  const sum: LatencyHistogram = {}
  for (const histogram of histograms) for (const [bucket, count] of Object.entries(histogram)) sum[bucket] = (sum[bucket] ?? 0) + count
  return sum
}

/** The time within which this share of the answers came; null when there were none. */
export function latencyPercentile(histogram: LatencyHistogram, share: number): number | null {
  return percentileOf(Object.entries(histogram).map(([bucket, count]) => [Number(bucket), count] as const), share, latencyOf)
}

/** As they are kept: by the upper bounds of the buckets in milliseconds. */
export function keptLatencies(histogram: LatencyHistogram): [boundMs: number, count: number][] {
  const kept = new Map<number, number>()
  for (const [bucket, count] of Object.entries(histogram)) {
    const pair = Math.ceil(Number(bucket) / 2)
    kept.set(pair, (kept.get(pair) ?? 0) + count)
  }
  return [...kept].map(([pair, count]) => [Number((FIRST_MS * 2 ** ((2 * pair) / PER_DOUBLING)).toPrecision(4)), count])
}

/** The same of what was kept. */
export function keptPercentile(kept: readonly (readonly [boundMs: number, count: number])[], share: number): number | null {
  return percentileOf(kept, share, keptLatencyOf)
}

/** What was kept, in the fewer buckets of `LATENCY_BOUNDS_MS`, one more than there are bounds. */
export function bucketsOfKept(kept: readonly (readonly [boundMs: number, count: number])[]): number[] {
  const buckets = Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0)
  for (const [bound, count] of kept) buckets[bucketOf(keptLatencyOf(bound))]! += count
  return buckets
}

function keptLatencyOf(boundMs: number): number {
  return boundMs <= FIRST_MS ? FIRST_MS : boundMs / 2 ** (1 / PER_DOUBLING)
}

function percentileOf(counts: readonly (readonly [key: number, count: number])[], share: number, timeOf: (key: number) => number): number | null {
  const buckets = counts.toSorted((a, b) => a[0] - b[0])
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return null
  let before = 0
  for (const [bucket, count] of buckets) {
    before += count
    if (before >= Math.max(1, Math.ceil(share * total))) return timeOf(bucket)
  }
  return timeOf(buckets.at(-1)![0])
}
