import { expect, it } from 'vitest'

import { makeTotals } from './totals'

const SINCE = 1_000_000
const at = (value: number, { startMs = 500_000, readMs = SINCE }: { startMs?: number; readMs?: number } = {}) => ({ values: [value], startMs, readMs })

it('tells what came since the point before', () => {
  const totals = makeTotals(SINCE)
  // It began before anybody listened: what came until now may have been told to a receiver before this one.
  expect(totals.increase('a', at(100))).toBeNull()
  totals.keep(true)
  expect(totals.increase('a', at(130))).toEqual([30])
  expect(totals.increase('a', at(131))).toEqual([1])
  totals.keep(true)
  expect(totals.increase('a', at(131))).toEqual([0])
})

it('counts all of what began while it listened, or began anew', () => {
  const totals = makeTotals(SINCE)
  expect(totals.increase('new', at(7, { startMs: SINCE + 5 }))).toEqual([7])
  expect(totals.increase('a', at(100))).toBeNull()
  totals.keep(true)
  // A program that was started again says so by its start, or only by a lower total.
  expect(totals.increase('a', at(120, { startMs: 900_000 }))).toEqual([120])
  expect(totals.increase('a', at(3, { startMs: 900_000 }))).toEqual([3])
})

it('tells again what could not be stored', () => {
  const totals = makeTotals(SINCE)
  totals.increase('a', at(100))
  totals.keep(true)
  expect(totals.increase('a', at(110))).toEqual([10])
  totals.keep(false)
  expect(totals.increase('a', at(115))).toEqual([15])
})

it('begins anew with other buckets, and forgets what is not told for long', () => {
  const totals = makeTotals(SINCE)
  totals.increase('h', { values: [1, 2], startMs: SINCE, readMs: SINCE })
  totals.keep(true)
  expect(totals.increase('h', { values: [1, 2, 3], startMs: SINCE, readMs: SINCE })).toEqual([1, 2, 3])
  totals.increase('old', at(5))
  totals.keep(true)
  totals.increase('h', { values: [1, 2, 3], startMs: SINCE, readMs: SINCE + 2 * 3_600_000 })
  totals.keep(true)
  expect(totals.increase('old', at(9, { readMs: SINCE + 2 * 3_600_000 }))).toBeNull()
})
