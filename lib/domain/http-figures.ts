import { addLatencies, latencyPercentile, type LatencyHistogram } from './latency-histogram'

// Figures of the last seconds, for the canvas: how many requests come, how many of them fail, how long answers take.

/** One point of a curve. */
export const POINT_MS = 5_000
/** Points of a curve. */
export const POINTS = 60
/** How far back is kept. */
export const RECENT_MS = (POINTS + 12) * POINT_MS
/** Rates, shares and percentiles are of so many points before now. */
const NOW_POINTS = 3
/** What ended a moment ago may not have been fetched yet: the newest point that counts ended so long ago. */
const LATE_MS = 3_000
/** Stands for those who called a private port and could not be told apart. */
export const UNKNOWN_CALLER = '?'

/** What was counted in one step. */
export type HttpStep = { at: Date; requests: number; errors: number; latency: LatencyHistogram }
export type HttpFigures = { requestsPerSecond: number; /** Of the requests; 0 when there were none. */ errorShare: number; /** Null when nothing was answered. */ p95Ms: number | null }

/** The newest point that is complete, as the time it began. */
export function newestPoint(now: Date): number {
  return Math.floor((now.getTime() - LATE_MS) / POINT_MS) * POINT_MS - POINT_MS
}

/** Rate, share of errors and percentile of the last seconds. */
export function figuresOf(steps: readonly HttpStep[], now: Date): HttpFigures {
  const newest = newestPoint(now)
  const recent = steps.filter(({ at }) => at.getTime() <= newest && at.getTime() > newest - NOW_POINTS * POINT_MS)
  const requests = recent.reduce((sum, step) => sum + step.requests, 0)
  const errors = recent.reduce((sum, step) => sum + step.errors, 0)
  const p95 = latencyPercentile(addLatencies(recent.map(({ latency }) => latency)), 0.95)
  return { requestsPerSecond: toTwoDigits(requests / ((NOW_POINTS * POINT_MS) / 1000)), errorShare: requests === 0 ? 0 : toTwoDigits(errors / requests), p95Ms: p95 === null ? null : toTwoDigits(p95) }
}

/** Requests in each of the last points, the oldest first. */
export function curveOf(steps: readonly HttpStep[], now: Date): number[] {
  const first = newestPoint(now) - (POINTS - 1) * POINT_MS
  const curve = Array.from({ length: POINTS }, () => 0)
  for (const { at, requests } of steps) {
    const point = Math.round((at.getTime() - first) / POINT_MS)
    if (point >= 0 && point < POINTS) curve[point]! += requests
  }
  return curve
}

/** More digits than can be trusted would only make figures tremble. */
function toTwoDigits(value: number): number {
  return Number(value.toPrecision(2))
}
