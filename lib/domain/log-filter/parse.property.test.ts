import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { anyFilter, withoutPlaces } from '../../../test/harness/any-filter'
import { complete } from './complete'
import { matches } from './matches'
import { parse } from './parse'
import { print } from './print'

/** Pieces of the language in any order, and any text at all. */
const typed = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.constantFrom('(', ')', '"', '\\', '-', '@', ':', '*', '..', '>', '>=', '<', ' ', 'OR', 'AND', 'NOT', 'service:', '@level:', 'deployment:', 'after:', 'error', '500', '1h', '@a.b:', 'ä', '\u001b[31m'), { maxLength: 25 }).map((pieces) => pieces.join('')),
)
const LINE = { at: '2026-01-01T00:00:00Z', kind: 'runtime', stream: 'stdout', serviceId: null, deploymentId: null, part: null, level: null, message: null, attributes: { a: { b: 500 } }, text: 'error ä' }
const WORLD = { nowMs: Date.parse('2026-01-01T01:00:00Z'), serviceName: () => null, deploymentNumber: () => null }

describe('whatever is typed', () => {
  it('is read or has a problem within the text, and never throws', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const parsed = parse(text)
        if (parsed.ok) return typeof matches(parsed.filter, LINE, WORLD) === 'boolean'
        const { at, length } = parsed.problem
        return at >= 0 && length >= 0 && at + length <= text.length
      }),
      { numRuns: 3000 },
    )
  })

  it('reads the same again when it was printed', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const parsed = parse(text)
        if (!parsed.ok) return
        const again = parse(print(parsed.filter))
        expect(again.ok && withoutPlaces(again.filter)).toEqual(withoutPlaces(parsed.filter))
      }),
      { numRuns: 3000 },
    )
  })

  it('can be completed at any place, without touching what is beside it', () => {
    fc.assert(
      fc.property(typed, fc.nat(60), (text, place) => {
        const caret = Math.min(place, text.length)
        const { from, to } = complete(text, caret, { services: ['api', 'a b'], attributes: ['a.b', 'user name'], values: { '@a.b': ['1', 'x y'] } })
        return from >= 0 && from <= caret && caret <= to && to <= text.length
      }),
      { numRuns: 2000 },
    )
  })
})

describe('any filter', () => {
  it('is what it is printed as', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        const parsed = parse(print(filter))
        expect(parsed.ok && withoutPlaces(parsed.filter)).toEqual(withoutPlaces(filter))
      }),
      { numRuns: 2000 },
    )
  })
})
