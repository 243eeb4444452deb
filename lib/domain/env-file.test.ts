import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { formatEnv, looksLikeEnv, parseEnv } from './env-file'

const read = (text: string) => Object.fromEntries(parseEnv(text).entries.map(({ key, value }) => [key, value]))

describe('parseEnv', () => {
  it.each([
    ['A=1\nB=two words', { A: '1', B: 'two words' }],
    ['# comment\n\nexport A = 1 # why\n', { A: '1' }],
    ['A="x # y"\nB=\'\\n $HOME\'', { A: 'x # y', B: '\\n $HOME' }],
    ['A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
    ['A="say \\"hi\\"\\nthere"', { A: 'say "hi"\nthere' }],
    ['A=1\nA=2', { A: '2' }],
    ['A=\r\nB=x\r\n', { A: '', B: 'x' }],
    ['URL=${{api.URL}}/v1?a=b', { URL: '${{api.URL}}/v1?a=b' }],
  ])('reads %j', (text, expected) => expect(read(text)).toEqual(expected))

  it('names the lines it cannot read and reads the others', () =>
    expect(parseEnv('A=1\nnonsense\nB="open\n')).toEqual({
      entries: [{ key: 'A', value: '1' }],
      problems: [
        { line: 2, message: 'Has no =. Write KEY=value.' },
        { line: 3, message: 'Its quote is never closed.' },
      ],
    }))

  it.each([
    ['A="b"c', 'After its closing quote stands c. Put all of the value into the quotes; in double quotes \\" is a quote.'],
    ["A='it''s'", "After its closing quote stands 's'. Put all of the value into the quotes; in double quotes \\" + '" is a quote.'],
    ['=x', 'Has no name before its =. Write KEY=value.'],
  ])('does not lose a part of %j', (text, message) => expect(parseEnv(text)).toEqual({ entries: [], problems: [{ line: 1, message }] }))

  it('reads back whatever value was written', () =>
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r', '\t', '"', "'", '\\', '#', '=', '$', 'é', '{', '}'), maxLength: 20 }), (value) => {
      expect(read(formatEnv([{ key: 'K', value }]))).toEqual({ K: value })
    })))

  it('reads back a whole file, whatever is in it', () =>
    fc.assert(fc.property(fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/), fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constantFrom('-----BEGIN KEY-----\nab+/=\n-----END KEY-----\n', '# no comment', ' export A=1', '"', "'", '\\', '\ufeff', '\u2028'))), (variables) => {
      const entries = Object.entries(variables).map(([key, value]) => ({ key, value }))
      expect(parseEnv(formatEnv(entries))).toEqual({ entries, problems: [] })
    }), { numRuns: 40 }))
})

describe('looksLikeEnv', () => {
  it.each([['A=1', true], ['# x\nA=1', true], ['DATABASE_URL', false], ['', false]])('%j', (text, expected) => expect(looksLikeEnv(text)).toBe(expected))
})
