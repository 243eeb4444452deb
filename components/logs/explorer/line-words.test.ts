import { describe, expect, it } from 'vitest'

import { sampleLine } from '@/test/harness/log-line'

import { attributesOf, rowWords, sizeWords, spokenWords } from './line-words'

describe('a row', () => {
  it('shows the message of a structured line and what it has besides', () =>
    expect(rowWords(sampleLine({ text: '{"level":"warn","msg":"slow","ms":812}', message: 'slow', level: 'warn', attributes: { ms: 812 } }))).toEqual({ head: 'slow', folded: 0, request: null, attributes: [{ name: 'ms', value: '812', isPlain: true }] }))

  it('keeps the colours of a plain line', () => expect(rowWords(sampleLine({ text: '\u001b[31mno\u001b[0m' })).head).toBe('\u001b[31mno\u001b[0m'))

  it('folds a stack trace', () => {
    const trace = sampleLine({ text: 'Error: no such file\n    at read (a.js:1)\n    at main (a.js:2)', level: 'error' })
    expect(rowWords(trace)).toMatchObject({ head: 'Error: no such file', folded: 2 })
    expect(spokenWords(trace, 'api')).toBe('error, api, Error: no such file, and 2 more lines')
  })

  it('tells a request by method, path, status and duration', () =>
    expect(rowWords(sampleLine({ kind: 'http', attributes: { method: 'GET', path: '/cart', status: 502, durationMs: 1234.5 } })).request).toEqual({ method: 'GET', path: '/cart', status: 502, took: '1.2 s' }))

  it('takes a line that only claims to be a request as text', () => expect(rowWords(sampleLine({ kind: 'http', attributes: { method: 7 }, text: 'GET' })).request).toBeNull())

  it('has no more of a line than fits, however long it is', () => expect(rowWords(sampleLine({ text: 'x'.repeat(1_000_000) })).head.length).toBe(2_000))
})

describe('attributes', () => {
  it('are named as filters name them', () =>
    expect(attributesOf({ attributes: { user: { id: 7, name: null }, tags: ['a'], none: {} } })).toEqual([
      { name: 'user.id', value: '7', isPlain: true },
      { name: 'user.name', value: 'null', isPlain: false },
      { name: 'tags', value: '["a"]', isPlain: false },
      { name: 'none', value: '{}', isPlain: false },
    ]))

  it('are as many as can be shown', () => expect(attributesOf({ attributes: Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`k${index}`, index])) }).length).toBe(300))
})

it.each([[12, '12 B'], [1_400, '1.4 kB'], [1_000_000, '1.0 MB']])('%d characters are %s', (count, words) => expect(sizeWords(count)).toBe(words))
