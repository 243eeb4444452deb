import { expect, test } from 'vitest'

import { firstUnstorable } from './storable'

test.each([
  ['plain text', { a: 'x', b: ['y', { c: 'z' }], d: null, e: 1 }, null],
  ['emoji and control characters', { a: '🚀\n\u202e' }, null],
  ['a zero byte', { a: 'x', b: { c: 'y\0' } }, 'b.c'],
  ['half a pair, first', { a: ['x', '\ud83d'] }, 'a.1'],
  ['half a pair, second', { a: 'x\ude80y' }, 'a'],
  ['a key', { a: { 'x\0': 'y' } }, 'a'],
])('%s', (_, value, expected) => {
  expect(firstUnstorable(value)).toBe(expected)
})
