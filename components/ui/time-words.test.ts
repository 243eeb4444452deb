import { describe, expect, it } from 'vitest'

import { clockWords, durationWords, relativeWords } from './time-words'

const now = Date.UTC(2030, 0, 1)

describe('relativeWords', () => {
  it.each([
    [0, 'just now'],
    [4_999, 'just now'],
    [-3_000, 'just now'],
    [5_000, '5 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [3_600_000, '1 h ago'],
    [86_400_000, '1 d ago'],
    [31 * 86_400_000, '1 mo ago'],
    [364 * 86_400_000, '12 mo ago'],
    [800 * 86_400_000, '2 y ago'],
    [-6 * 86_400_000, 'in 6 d'],
  ])('says %i ms of age as %s', (age, words) => {
    expect(relativeWords(now - age, now)).toBe(words)
  })
})

describe('clockWords', () => {
  it.each([
    [-5, '0:00'],
    [7_900, '0:07'],
    [750_000, '12:30'],
    [3_723_000, '1:02:03'],
  ])('shows %i ms as %s', (ms, words) => expect(clockWords(ms)).toBe(words))
})

describe('durationWords', () => {
  it.each([
    [0, '0 ms'],
    [340.4, '340 ms'],
    [4_260, '4.2 s'],
    [9_999, '9.9 s'],
    [42_000, '42 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('says %i ms as %s', (ms, words) => expect(durationWords(ms)).toBe(words))
})
