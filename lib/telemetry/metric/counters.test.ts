import fc from 'fast-check'
import { expect, it } from 'vitest'

import { makeCounters } from './counters'

const at = (seconds: number) => new Date(seconds * 1000)
const look = (counters: ReturnType<typeof makeCounters>, seconds: number, total: number, bornAt: number | null = null) => {
  const increase = counters.increase('one', total, at(seconds), bornAt === null ? null : at(bornAt))
  counters.end(at(seconds))
  return increase
}

it('counts what came between two looks, and all of it after it began anew', () => {
  const counters = makeCounters({ maxGapMs: 60_000 })
  expect([look(counters, 0, 500), look(counters, 10, 520), look(counters, 20, 520), look(counters, 30, 7), look(counters, 40, 9)]).toEqual([null, 20, 0, 7, 2])
})

it('counts nothing over a gap, nor when the clock went back', () => {
  const counters = makeCounters({ maxGapMs: 60_000 })
  expect([look(counters, 0, 500), look(counters, 61, 900), look(counters, 71, 910), look(counters, 50, 920), look(counters, 60, 930)]).toEqual([null, null, 10, null, 10])
})

it('counts all of what is younger than the look before, and nothing of what is found old', () => {
  const born = makeCounters({ maxGapMs: 60_000 })
  born.end(at(0))
  expect(look(born, 10, 3, 5)).toBe(3)
  const found = makeCounters({ maxGapMs: 60_000 })
  found.end(at(0))
  expect(look(found, 10, 3, -100)).toBe(null)
  expect(look(makeCounters({ maxGapMs: 60_000 }), 10, 3, 5)).toBe(null)
})

it('adds up to what came, however often it begins anew between looks', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ came: fc.nat(1_000), restarts: fc.boolean() })), (looks) => {
      const counters = makeCounters({ maxGapMs: 60_000 })
      look(counters, 0, 0)
      let total = 0
      let counted = 0
      looks.forEach(({ came, restarts }, index) => {
        // What is as much as before it began anew cannot be told from what has not.
        if (restarts && came < total) total = 0
        total += came
        counted += look(counters, (index + 1) * 10, total)!
      })
      expect(counted).toBe(looks.reduce((sum, { came }) => sum + came, 0))
    }),
  )
})
