import { expect, test } from 'vitest'

import { MAX_LINE_BYTES, clean, cutText, splitChunk } from './split-chunk'

const split = (text: string, all = false) => splitChunk(Buffer.from(text), all)

test('gives complete lines and keeps the rest', () => expect(split('one\ntwo\r\nthr')).toEqual({ lines: ['one', 'two'], ends: [4, 9], consumed: 9 }))
test('gives the rest when asked', () => expect(split('one\nthr', true)).toEqual({ lines: ['one', 'thr'], ends: [4, 7], consumed: 7 }))
test('gives no more lines than wanted, and goes on after them', () => expect(splitChunk(Buffer.from('one\ntwo\nthree\n'), true, 2)).toEqual({ lines: ['one', 'two'], ends: [4, 8], consumed: 8 }))
test('keeps empty lines', () => expect(split('\n\n').lines).toEqual(['', '']))
test('keeps the last state of a line that was written over', () => expect(split('10%\r50%\r100%\n').lines).toEqual(['100%']))
test('cuts a text that is too long, and says so', () => expect(['abc', 'abcd'].map((text) => cutText(text, 3))).toEqual(['abc', 'abc … [line cut]']))
test('replaces what the database cannot hold', () => expect(clean('a\0b\ud800c')).toBe('a\ufffdb\ufffdc'))

test('cuts a long line between characters and loses none', () => {
  const { lines, consumed } = split(`${'a'.repeat(MAX_LINE_BYTES - 1)}ä${'b'.repeat(20)}\nnext\n`)
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatch(/^a+ … \[line cut, goes on below\]$/)
  expect(lines[1]).toBe(`ä${'b'.repeat(20)}`)
  expect(lines[2]).toBe('next')
  expect(consumed).toBe(MAX_LINE_BYTES + 1 + 20 + 1 + 5)
})
