import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { UNITS } from './metric/measure'
import { amountWords, axisFor } from './unit'

const MIB = 1024 ** 2

describe('an amount', () => {
  it.each([
    [0, 'bytes', '0 B'],
    [812, 'bytes', '812 B'],
    [34.2 * MIB, 'bytes', '34.2 MiB'],
    [1.5 * 1024 * MIB, 'bytes', '1.5 GiB'],
    [2048, 'bytes_per_second', '2 KiB/s'],
    [132, 'milli_cpu', '0.13 CPU'],
    [0.4, 'milli_cpu', '<0.001 CPU'],
    [4, 'milli_cpu', '0.004 CPU'],
    [2500, 'milli_cpu', '2.5 CPU'],
    [8.24, 'ms', '8.24 ms'],
    [1532, 'ms', '1.53 s'],
    [120_000, 'ms', '2 min'],
    [12.34, 'per_second', '12.3/s'],
    [0.05, 'per_second', '3/min'],
    [4200, 'per_second', '4.2 k/s'],
    [0.9931, 'ratio', '99.3 %'],
    [0.004, 'ratio', '0.4 %'],
    [3, 'count', '3'],
    [12_500, 'count', '12.5k'],
  ] as const)('%d of %s is %s', (amount, unit, words) => {
    expect(amountWords(amount, unit)).toBe(words)
  })
})

it('is in the unit of one that stands beside it', () => {
  expect(amountWords(0.73, 'per_second')).toBe('43.8/min')
  expect(amountWords(0.73, 'per_second', 40)).toBe('0.73/s')
})

describe('an axis', () => {
  const words = (most: number, unit: (typeof UNITS)[number]) => axisFor(most, unit).ticks.map((tick) => tick.words)

  it.each([
    [0, 'bytes', ['0', '0.5 KiB', '1 KiB']],
    [100 * MIB, 'bytes', ['0', '32 MiB', '64 MiB', '96 MiB', '128 MiB']],
    [900, 'milli_cpu', ['0', '0.5', '1']],
    [37, 'milli_cpu', ['0', '0.01', '0.02', '0.03', '0.04']],
    [870, 'ms', ['0', '500 ms', '1000 ms']],
    [0.97, 'ratio', ['0', '50 %', '100 %']],
    [0.003, 'ratio', ['0', '0.1 %', '0.2 %', '0.3 %']],
    [1, 'count', ['0', '1']],
    [3, 'count', ['0', '1', '2', '3']],
    [0.2, 'per_second', ['0', '5/min', '10/min', '15/min']],
  ] as const)('to %d of %s has %j', (most, unit, expected) => {
    expect(words(most, unit).slice(0, expected.length)).toEqual(expected)
  })

  it('reaches to what it is for, begins at nothing and has few ticks, no two alike', () => {
    fc.assert(
      fc.property(fc.constantFrom(...UNITS), fc.double({ min: 0, max: 1e13, noNaN: true }), (unit, amount) => {
        const most = unit === 'ratio' ? Math.min(1, amount) : amount
        const { top, ticks } = axisFor(most, unit)
        expect(ticks[0]!.at).toBe(0)
        expect(ticks.at(-1)!.at).toBe(top)
        expect(top).toBeGreaterThanOrEqual(most * (1 - 1e-6))
        expect(ticks.length).toBeLessThanOrEqual(6)
        expect(new Set(ticks.map((tick) => tick.words)).size).toBe(ticks.length)
      }),
    )
  })
})

it.each([
  [3, -4.5, 'number', ['-6', '-4', '-2', '0', '2', '4']],
  [0, -4.5, 'number', ['-6', '-4', '-2', '0']],
  [-1, -900, 'number', ['-1000', '-500', '0']],
  [2_000, -10, 'number', ['-1k', '0', '1k', '2k']],
] as const)('an axis from %d down to %d of %s has %j', (most, least, unit, expected) => {
  const { top, bottom, ticks } = axisFor(most, unit, least)
  expect(ticks.map(({ words }) => words)).toEqual(expected)
  expect([ticks[0]!.at, ticks.at(-1)!.at]).toEqual([bottom, top])
  expect(bottom).toBeLessThanOrEqual(least)
  expect(top).toBeGreaterThanOrEqual(most)
})
