import { expect, it } from 'vitest'

import { coarser, exponentialBounds } from './exponential'

it.each([
  [0, 0, 1, 2],
  [0, 3, 8, 16],
  [0, -1, 0.5, 1],
  [1, 1, 1.41421, 2],
  [2, -4, 0.5, 0.594604],
  [-1, 1, 4, 16],
])('of scale %d the bucket %d lies between %d and %d', (scale, index, lower, upper) => expect(exponentialBounds(scale, index)).toEqual({ lower, upper }))

it('is put into coarser buckets in which everything lies as before', () => {
  expect(coarser({ scale: 3, first: -3, counts: [1, 2, 4, 8, 16] }, 2)).toEqual({ scale: 2, first: -2, counts: [1, 6, 24] })
  expect(coarser({ scale: 1, first: 5, counts: [7] }, 2)).toEqual({ scale: 1, first: 5, counts: [7] })
  for (let scale = 3; scale <= 20; scale++) {
    const first = -(2 ** (scale - 2)) * 3 + 1
    const fine = { scale, first, counts: Array.from({ length: 160 }, (_, index) => index) }
    const coarse = coarser(fine, 2)
    expect(coarse.counts.reduce((sum, count) => sum + count, 0)).toBe(159 * 80)
    for (let index = 0; index < 160; index++) {
      const { lower, upper } = exponentialBounds(scale, first + index)
      const around = exponentialBounds(2, Math.floor((first + index) / 2 ** (scale - 2)))
      expect(around.lower).toBeLessThanOrEqual(lower * 1.00001)
      expect(around.upper).toBeGreaterThanOrEqual(upper * 0.99999)
    }
  }
})
