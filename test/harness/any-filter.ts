import fc from 'fast-check'

import type { Filter, Value } from '../../lib/domain/log-filter/filter'

// Filters of every shape, over words that lines of the same tests are made of.

export const WORDS = ['error', 'Time', 'out', '500', 'a%b_c', 'back\\slash', 'quo"te', 'Äpfel', '0.5', 'x y', 'null', 'true', '*', '-1', '[ERR]', '1e3', "it's"]
export const ATTRIBUTES = ['user', 'http.status', 'ms', 'user name', 'a.b.c', 'list']
const PLACE = { at: 0, length: 0 }
const word = fc.oneof(fc.constantFrom(...WORDS), fc.string({ minLength: 1, maxLength: 4, unit: 'grapheme-ascii' }))
const number = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(0, 0.5, 500, -1, 0.0000001, 99999999999999))

// A part between asterisks is written without quotes.
const part = fc.constantFrom('', 'err', 'T', 'out', '5', 'a%', 'b_', '\\', 'Ä', '0')
const pattern: fc.Arbitrary<Value> = fc
  .tuple(part, fc.array(part.filter((text) => text !== ''), { maxLength: 2 }), part)
  .filter((parts) => parts.flat().join('') !== '')
  .map(([first, inner, last]) => ({ kind: 'is', parts: [first, ...inner, last] }))
const is: fc.Arbitrary<Value> = word.map((text) => ({ kind: 'is', parts: [text] }))
const any = fc.constant<Value>({ kind: 'any' })
const numeric: fc.Arbitrary<Value> = fc.oneof(
  fc.record({ kind: fc.constant('compare' as const), comparison: fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const), number }),
  fc.tuple(number, number).map(([a, b]) => ({ kind: 'range' as const, from: Math.min(a, b), to: Math.max(a, b) })),
)

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  word.map((text): Filter => ({ kind: 'text', text })),
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).map(([a, b]): Filter => ({ kind: 'level', from: Math.min(a, b), to: Math.max(a, b) })),
  fc.constant<Filter>({ kind: 'no_level' }),
  fc.record({ kind: fc.constant('attribute' as const), name: fc.constantFrom(...ATTRIBUTES), value: fc.oneof(is, pattern, any, numeric) }),
  fc.record({ kind: fc.constant('service' as const), value: fc.oneof(fc.constantFrom<Value>({ kind: 'is', parts: ['API'] }, { kind: 'is', parts: ['web'] }, { kind: 'is', parts: ['w', ''] }, { kind: 'is', parts: ['gone'] }), any), place: fc.constant(PLACE) }),
  fc.record({ kind: fc.constant('deployment' as const), value: fc.oneof(fc.integer({ min: 0, max: 3 }).map((n): Value => ({ kind: 'is', parts: [String(n)] })), any, numeric), place: fc.constant(PLACE) }),
  fc.record({ kind: fc.constant('field' as const), field: fc.constant('kind' as const), value: fc.oneof(fc.constantFrom<Value>({ kind: 'is', parts: ['http'] }, { kind: 'is', parts: ['build'] }), any) }),
  fc.record({ kind: fc.constant('field' as const), field: fc.constant('part' as const), value: fc.oneof(is, pattern, any) }),
  fc.record({ kind: fc.constant('time' as const), side: fc.constantFrom('before' as const, 'after' as const), moment: fc.oneof(fc.integer({ min: 0, max: 600_000 }).map((agoMs) => ({ agoMs })), fc.integer({ min: 1_767_225_600_000, max: 1_767_229_200_000 }).map((atMs) => ({ atMs }))) }),
)

/** Any filter as the parser makes them: groups of two or more, none directly in a group of its own kind. */
export const anyFilter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((of): Filter => group('and', of)),
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((of): Filter => group('or', of)),
    tie('filter').map((of): Filter => ({ kind: 'not', of })),
  ),
})).filter

function group(kind: 'and' | 'or', of: Filter[]): Filter {
  return { kind, of: of.flatMap((each) => (each.kind === kind ? each.of : [each])) }
}

/** Where a term stood says nothing about what it means. */
export function withoutPlaces(filter: Filter): unknown {
  return JSON.parse(JSON.stringify(filter, (key, value: unknown) => (key === 'place' ? undefined : value)))
}
