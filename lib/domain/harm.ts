import { percentile } from './latency'

// Whether a release does harm, from what the proxy counted of it and of the version before.
//
// Few answers prove nothing, so nothing is concluded from fewer than `ENOUGH`. An error rate counts as worse when it is
// both clearly higher for people (by five points, and at least twice as high) and not chance: the two-proportion z-test
// with pooled variance (as in any textbook of statistics) gives more than 3, one in 740. Latency counts as worse when half
// of the answers and the slowest twentieth both took twice as long, by at least 50 and 200 ms.

/** What one version answered in a span of time. Times are milliseconds to the first byte; null without any answer. */
export type Answers = { requests: number; failed: number; p50Ms: number | null; p95Ms: number | null }

/** A release that does measured harm: what was compared, and why it counts as worse. */
export type Harm = {
  at: string
  kind: 'errors' | 'latency'
  /** The sentence a person reads, with the numbers. */
  message: string
  before: Answers
  after: Answers
  /** The deployment that serves again. */
  restored: string
}

/** What was counted of a version. */
export type Count = { requests: number; failed: number; buckets: readonly number[] }

const ENOUGH = 30
const WORSE_POINTS = 0.05
const LIKELY_Z = 3
const WORSE_P50_MS = 50
const WORSE_P95_MS = 200

export function answersOf({ requests, failed, buckets }: Count): Answers {
  return { requests, failed, p50Ms: percentile(buckets, 0.5), p95Ms: percentile(buckets, 0.95) }
}

/** Compares a version with the one before. Null when there is too little to tell, or nothing is clearly worse. */
export function judgeHarm(before: Answers, after: Answers): { kind: Harm['kind']; message: string } | null {
  if (before.requests < ENOUGH || after.requests < ENOUGH) return null
  const [was, is] = [rate(before), rate(after)]
  if (is - was >= WORSE_POINTS && is >= 2 * was && zScore(before, after) > LIKELY_Z) {
    return { kind: 'errors', message: `${percent(is)} of ${after.requests} requests failed, where it was ${percent(was)} of ${before.requests} with the version before.` }
  }
  if (isSlower(before.p50Ms, after.p50Ms, WORSE_P50_MS) && isSlower(before.p95Ms, after.p95Ms, WORSE_P95_MS)) {
    return { kind: 'latency', message: `Half of ${after.requests} answers took longer than ${after.p50Ms} ms and one in twenty longer than ${after.p95Ms} ms, where it was ${before.p50Ms} ms and ${before.p95Ms} ms with the version before.` }
  }
  return null
}

function rate({ failed, requests }: Answers): number {
  return failed / requests
}

function zScore(a: Answers, b: Answers): number {
  const pooled = (a.failed + b.failed) / (a.requests + b.requests)
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / a.requests + 1 / b.requests))
  return deviation === 0 ? 0 : (rate(b) - rate(a)) / deviation
}

function isSlower(was: number | null, is: number | null, byMs: number): boolean {
  return was !== null && is !== null && is >= 2 * was && is - was >= byMs
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
}
