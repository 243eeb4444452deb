import { expect, test } from 'vitest'

import { tokenBuckets } from './token-buckets'

const RATE = { perSecond: 2, burst: 3 }

test('so many at once, then so many per second, each for itself', () => {
  let now = 0
  const buckets = tokenBuckets(() => now)
  expect(Array.from({ length: 5 }, () => buckets.take('a', RATE))).toEqual([null, null, null, 0.5, 0.5])
  expect(buckets.take('b', RATE)).toBeNull()
  now = 499
  expect(buckets.has('a', RATE)).toBe(false)
  now = 500
  expect(buckets.has('a', RATE)).toBe(true)
  expect([buckets.take('a', RATE), buckets.take('a', RATE)]).toEqual([null, 0.5])
  // A long rest fills a bucket, not more.
  now = 1e6
  expect(Array.from({ length: 4 }, () => buckets.take('a', RATE))).toEqual([null, null, null, 0.5])
})

test('whoever comes under ever new names fills no memory', () => {
  const buckets = tokenBuckets(() => 0, 100)
  for (let i = 0; i < 10_000; i++) buckets.take(`${i}`, RATE)
  expect(buckets.size()).toBe(100)
})
