import { describe, expect, it } from 'vitest'

import { pauseMs, retryAfterMs } from './pace'

describe('the pause after failures', () => {
  it.each([
    [1, 0, null, 500],
    [1, 1, null, 1_000],
    [4, 1, null, 8_000],
    [9, 1, null, 256_000],
    [10, 0.5, null, 225_000],
    [1_000, 1, null, 300_000],
    [1, 1, 60_000, 60_000],
    [10, 1, 1_000, 300_000],
    [1, 1, 86_400_000, 3_600_000],
  ])('after %i, with chance %d and asked for %s, is %i ms', (attempts, random, askedMs, expected) => {
    expect(pauseMs(attempts, { random, askedMs })).toBe(expected)
  })
})

it('reads seconds and dates of Retry-After, and nothing else', () => {
  const now = new Date('2026-03-01T10:00:00Z')
  expect([undefined, '30', ' 0', 'Sun, 01 Mar 2026 10:01:00 GMT', 'Sun, 01 Mar 2026 09:00:00 GMT', 'soon', '-5', ''].map((header) => retryAfterMs(header, now))).toEqual([null, 30_000, 0, 60_000, 0, null, null, null])
})
