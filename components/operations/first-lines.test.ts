import { expect, test } from 'vitest'

import { firstLines } from './first-lines'

test.each([
  ['a line', 'It broke.', { shown: 'It broke.', isCut: false, lines: 1 }],
  ['blank ends', 'a\nb\n\n', { shown: 'a\nb', isCut: false, lines: 2 }],
  ['three lines', 'a\nb\nc', { shown: 'a\nb\nc', isCut: false, lines: 3 }],
  ['more lines', 'a\nb\nc\nd', { shown: 'a\nb\nc', isCut: true, lines: 4 }],
  ['one endless line', 'x'.repeat(1000), { shown: `${'x'.repeat(400)}…`, isCut: true, lines: 1 }],
])('of %s', (_, text, expected) => {
  expect(firstLines(text)).toEqual(expected)
})
