import { latencyBucket } from '../../../../domain/latency-histogram'
import type { Count, HttpCount, LinkCount } from '../../telemetry'

// Counts that add up until they are fetched.

/** So fine are the times that are told. */
export const STEP_MS = 5_000
/** Beyond so many different ones, requests are counted under fewer headings. */
const MOST_SERIES = 20_000
/** Steps of an ingress that nobody asks: what comes after them is added to the last. */
const MOST_STEPS = 120

export type Measured = { firstByteMs: number | null; isError: boolean; bytesIn: number; bytesOut: number }
export type Heading = Pick<HttpCount, 'serviceId' | 'deploymentId' | 'route' | 'method' | 'status'>
export type LinkHeading = Pick<LinkCount, 'from' | 'to'>

export type Tally<H> = {
  add(heading: H, measured: Measured, at: number): void
  /** What was counted so far; it is forgotten here. */
  take(): (H & Count & { at: number })[]
}

/** `keyOf` tells headings apart; `coarser` is what a heading becomes when there are too many. */
export function tally<H extends object>(keyOf: (heading: H) => string, coarser: (heading: H) => H, limits = { series: MOST_SERIES, steps: MOST_STEPS }): Tally<H> {
  let steps = new Map<number, Map<string, { heading: H; count: Count }>>()
  let size = 0

  const stepAt = (at: number) => {
    const begin = Math.floor(at / STEP_MS) * STEP_MS
    const known = steps.get(begin)
    if (known) return known
    // Its clock may be put back and forth; what is counted stays counted.
    if (steps.size >= limits.steps) return [...steps.values()].at(-1)!
    const step = new Map<string, { heading: H; count: Count }>()
    steps.set(begin, step)
    return step
  }
  const seriesOf = (step: Map<string, { heading: H; count: Count }>, heading: H, isCoarse: boolean): Count => {
    const key = keyOf(heading)
    const known = step.get(key)
    if (known) return known.count
    if (size >= limits.series && !isCoarse) return seriesOf(step, coarser(heading), true)
    const count: Count = { requests: 0, errors: 0, bytesIn: 0, bytesOut: 0, latency: {} }
    step.set(key, { heading, count })
    size++
    return count
  }
  return {
    add(heading, { firstByteMs, isError, bytesIn, bytesOut }, at) {
      const count = seriesOf(stepAt(at), heading, false)
      count.requests++
      if (isError) count.errors++
      count.bytesIn += bytesIn
      count.bytesOut += bytesOut
      if (firstByteMs === null) return
      const bucket = latencyBucket(firstByteMs)
      count.latency[bucket] = (count.latency[bucket] ?? 0) + 1
    },
    take() {
      const taken = [...steps].flatMap(([at, step]) => [...step.values()].map(({ heading, count }) => ({ ...heading, ...count, at })))
      steps = new Map()
      size = 0
      return taken
    },
  }
}
