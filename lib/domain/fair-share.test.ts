import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { fairShare } from './fair-share'

describe('a fair share', () => {
  it.each([
    [[], 10, Infinity],
    [[4, 6], 10, Infinity],
    [[100], 10, 10],
    [[1, 2, 100], 10, 7],
    [[1, 50, 100], 11, 5],
    [[5, 5, 5], 9, 3],
  ])('of %j within %d is %d', (held, budget, share) => expect(fairShare(held, budget)).toBe(share))

  it('keeps all within the budget, and wastes less than one for each', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000)), fc.nat(10_000), (held, budget) => {
        const share = fairShare(held, budget)
        const kept = held.reduce((sum, amount) => sum + Math.min(amount, share), 0)
        expect(kept).toBeLessThanOrEqual(Math.max(budget, share === Infinity ? kept : 0))
        if (share !== Infinity) expect(kept).toBeGreaterThan(budget - held.length)
        else expect(held.reduce((sum, amount) => sum + amount, 0)).toBeLessThanOrEqual(budget)
      }),
    )
  })
})
