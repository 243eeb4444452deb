import { describe, expect, it } from 'vitest'

import { boundsOf, fixed, readQuestion, SPANS, wider, windowWords, writeQuestion, type Question } from './question'

const NOW = Date.parse('2026-03-04T12:00:00.000Z')
const read = (text: string) => readQuestion(new URLSearchParams(text))

describe('the address of the explorer', () => {
  it('asks for the newest lines when it says nothing', () => {
    expect(read('')).toEqual({ filter: '', window: { kind: 'live' }, line: null })
    expect(writeQuestion(read(''))).toBe('')
  })

  it.each<Question>([
    { filter: '@level:error "no such file" -health', window: { kind: 'last', span: '6h' }, line: null },
    { filter: 'a & b=c', window: { kind: 'fixed', from: '2026-03-04T11:00:00.000Z', until: '2026-03-04T11:30:00.000Z' }, line: '812' },
    { filter: '', window: { kind: 'live' }, line: '9223372036854775807' },
  ])('says again what it was made of', (question) => expect(read(writeQuestion(question))).toEqual(question))

  it.each(['last=3y', 'from=then&until=now', 'from=2026-03-04T12:00:00Z&until=2026-03-04T11:00:00Z', 'from=2026-03-04T12:00:00Z', 'line=one'])('leaves out what makes no sense: %s', (text) =>
    expect(read(text)).toEqual({ filter: '', window: { kind: 'live' }, line: null }))
})

describe('windows', () => {
  it('end now unless they are fixed', () => {
    expect(boundsOf({ kind: 'last', span: '1h' }, NOW)).toEqual({ fromMs: NOW - SPANS['1h'], untilMs: NOW })
    expect(boundsOf(fixed(5_000, 9_000), NOW)).toEqual({ fromMs: 5_000, untilMs: 9_000 })
    expect(boundsOf(fixed(5_000, 5_000), NOW)).toEqual({ fromMs: 5_000, untilMs: 6_000 })
  })

  it('widen to the next longer one, a fixed one to both sides but not beyond now', () => {
    expect(wider({ kind: 'live' }, NOW)).toEqual({ kind: 'last', span: '1h' })
    expect(wider({ kind: 'last', span: '24h' }, NOW)).toEqual({ kind: 'last', span: '7d' })
    expect(wider({ kind: 'last', span: '7d' }, NOW)).toBeNull()
    expect(boundsOf(wider(fixed(NOW - 60_000, NOW - 40_000), NOW)!, NOW)).toEqual({ fromMs: NOW - 70_000, untilMs: NOW - 30_000 })
    expect(boundsOf(wider(fixed(NOW - 60_000, NOW), NOW)!, NOW)).toEqual({ fromMs: NOW - 120_000, untilMs: NOW })
  })

  it('tell the day once when they stay within it', () => {
    const noon = new Date(2026, 2, 4, 12).getTime()
    expect(windowWords(fixed(noon, noon + 90_000))).toBe('4 Mar, 12:00:00 – 12:01:30')
    expect(windowWords(fixed(noon, noon + SPANS['24h']))).toBe('4 Mar, 12:00:00 – 5 Mar, 12:00:00')
  })
})
