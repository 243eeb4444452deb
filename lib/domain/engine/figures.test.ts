import { describe, expect, test } from 'vitest'

import { hitShare, operationsRate } from './figures'

describe('the share of hits', () => {
  test.each([
    [{ lookups: 200, misses: 3 }, 0.985],
    [{ lookups: 0, misses: 0 }, null],
    [{ lookups: null, misses: 3 }, null],
    // They are read one after the other.
    [{ lookups: 2, misses: 3 }, 0],
  ])('of %o is %s', (cache, share) => expect(hitShare(cache)).toBe(share))
})

describe('operations a second', () => {
  const at = (second: number, operations: number | null) => ({ at: new Date(second * 1000).toISOString(), operations })

  test('are those between two looks', () => expect(operationsRate(at(10, 100), at(20, 150))).toBe(5))
  test.each([
    ['before the second look', null, at(20, 150)],
    ['of a server that was started in between', at(10, 100), at(20, 7)],
    ['at one moment', at(10, 100), at(10, 100)],
    ['of an engine that does not tell', at(10, null), at(20, null)],
  ])('are unknown %s', (_, before, now) => expect(operationsRate(before, now)).toBeNull())
})
