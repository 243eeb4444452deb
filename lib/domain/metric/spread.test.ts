import { expect, it } from 'vitest'

import { boundsText, spreadOf } from './spread'

const kept = (...rows: [number, number, number][]) => rows.map(([lower, upper, count]) => ({ bounds: boundsText(lower, upper), count }))

it.each([
  ['half of what lies evenly', kept([0, 10, 100]), 0.5, 5],
  ['across two buckets', kept([0, 10, 50], [10, 20, 50]), 0.75, 15],
  ['buckets in any order, told twice', kept([10, 20, 25], [0, 10, 50], [10, 20, 25]), 0.75, 15],
  ['nothing above the last bound is known', kept([0, 10, 1], [10, Infinity, 9]), 0.95, 10],
  ['nothing below the first bound is known', kept([-Infinity, 0, 10]), 0.5, 0],
  ['below zero', kept([-20, -10, 10]), 0.5, -15],
  ['exponents are numbers', kept([1e-7, 3e-7, 10]), 0.5, 2e-7],
  ['nothing was measured', [], 0.5, null],
  ['nothing came in this step', kept([0, 1, 0]), 0.5, null],
] as const)('%s', (_name, rows, share, expected) => {
  const found = spreadOf(rows, share)
  if (expected === null) expect(found).toBeNull()
  else expect(found).toBeCloseTo(expected, 9)
})
