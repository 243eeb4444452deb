import { describe, expect, test } from 'vitest'

import { countWords, inLine, looksLikeJson, prettyText } from './cell-words'

describe('cells', () => {
  test.each([
    ['a\nb', 'a⏎b'],
    ['\ttab', '→tab'],
    [['cut'] as [string], 'cut…'],
    ['', ''],
  ])('%j in one line', (cell, line) => {
    expect(inLine(cell)).toBe(line)
  })

  test('JSON is set out, and left alone where it would become another', () => {
    expect(prettyText('{"a":[1,2]}', true)).toBe('{\n  "a": [\n    1,\n    2\n  ]\n}')
    expect(prettyText('{"a":12345678901234567890}', true)).toBe('{"a":12345678901234567890}')
    expect(prettyText('{"a":1.10}', true)).toBe('{"a":1.10}')
    expect(prettyText('{"cut":', true)).toBe('{"cut":')
    expect(prettyText('[1]', false)).toBe('[1]')
    expect(looksLikeJson('  {"a":1}')).toBe(true)
    expect(looksLikeJson('{no')).toBe(false)
  })

  test.each([
    [0, false, '0'],
    [1234, false, '1,234'],
    [1234, true, '~1.2K'],
    [12_345_678, true, '~12M'],
    [null, false, ''],
  ] as const)('%s rows, guessed: %s', (rows, isEstimate, words) => {
    expect(countWords({ rows, isEstimate })).toBe(words)
  })
})
