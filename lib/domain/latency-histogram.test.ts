import { array, assert, constantFrom, double, property } from 'fast-check'
import { expect, test } from 'vitest'

import { addLatencies, keptLatencies, keptPercentile, KEPT_PERCENTILE_ERROR, latencyBucket, latencyPercentile, PERCENTILE_ERROR, type LatencyHistogram } from './latency-histogram'

const counted = (times: readonly number[]): LatencyHistogram => addLatencies(times.map((ms) => ({ [latencyBucket(ms)]: 1 })))

test('nothing has no percentile', () => expect(latencyPercentile({}, 0.5)).toBeNull())

test.each([Number.NaN, -1, 0, 0.2, 0.5])('%d ms is in the first bucket', (ms) => expect(latencyBucket(ms)).toBe(0))

test('what lasts longer than ten minutes is in the last one', () => expect(latencyBucket(Number.POSITIVE_INFINITY)).toBe(latencyBucket(700_000)))

test('a percentile is as near to the true one as is said', () => {
  assert(
    property(array(double({ min: 0.5, max: 500_000, noNaN: true }), { minLength: 1, maxLength: 300 }), constantFrom(0.5, 0.95, 0.99, 1), (times, share) => {
      const sorted = times.toSorted((a, b) => a - b)
      const truth = sorted[Math.max(1, Math.ceil(share * times.length)) - 1]!
      const told = latencyPercentile(counted(times), share)!
      expect(Math.abs(told - truth) / truth).toBeLessThanOrEqual(PERCENTILE_ERROR + 1e-9)
    }),
  )
})

test('of what is kept for long as well', () => {
  assert(
    property(array(double({ min: 0.5, max: 500_000, noNaN: true }), { minLength: 1, maxLength: 300 }), constantFrom(0.5, 0.95, 0.99, 1), (times, share) => {
      const truth = times.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * times.length)) - 1]!
      const told = keptPercentile(keptLatencies(counted(times)), share)!
      // The bounds are kept with four digits.
      expect(Math.abs(told - truth) / truth).toBeLessThanOrEqual(KEPT_PERCENTILE_ERROR + 1e-3)
    }),
  )
  expect(keptPercentile([], 0.5)).toBeNull()
  expect(keptPercentile(keptLatencies(counted([0.1])), 0.5)).toBe(0.5)
})

test('histograms of parts add up to the one of the whole', () => {
  assert(
    property(array(double({ min: 0, max: 1_000_000, noNaN: true })), array(double({ min: 0, max: 1_000_000, noNaN: true })), (a, b) => {
      expect(addLatencies([counted(a), counted(b)])).toEqual(counted([...a, ...b]))
    }),
  )
})
