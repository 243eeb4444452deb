import { describe, expect, it } from 'vitest'

import { EVENT_TYPES } from '@/lib/domain/event-type'

import { sentenceOf, wordsOf } from './event-words'

describe('sentenceOf', () => {
  it.each(EVENT_TYPES)('has a sentence for %s, by a person and by the platform', (type) => {
    for (const byPlatform of [true, false]) {
      const { before, named, after } = sentenceOf(type, byPlatform)
      expect(`${before}${named ? 'x' : ''}${after}`.length).toBeGreaterThan(3)
      expect(before + after).not.toContain('{')
    }
  })

  it('puts the subject in its place', () => {
    expect(sentenceOf('member.removed', false)).toEqual({ before: 'removed ', named: true, after: ' from the organization', tellsActor: true })
    expect(sentenceOf('service.crashed', true)).toEqual({ before: '', named: true, after: ' crashed', tellsActor: false })
    expect(sentenceOf('account.signed_in', false)).toEqual({ before: 'signed in', named: false, after: '', tellsActor: true })
  })
})

it('names an event it does not know', () => {
  expect(wordsOf('moon.rose').did).toBe('moon rose {subject}')
})
