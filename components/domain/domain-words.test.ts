import { describe, expect, it } from 'vitest'

import type { DomainCheckView } from '@/lib/contract/domain'

import { summaryOf } from './domain-words'

const check = (name: DomainCheckView['check'], isPassed: boolean, message: string): DomainCheckView => ({ check: name, at: '2026-01-01T00:00:00.000Z', isPassed, reason: null, message, found: [], expected: [] })

describe('what is said above the steps', () => {
  it('is how far it is, where a step says what is wrong: nothing is said twice', () => {
    expect(summaryOf({ message: 'It leads to 127.0.0.9.', checks: [check('ownership', true, ''), check('resolution', false, 'It leads to 127.0.0.9.')] })).toBe('Waits for the record that leads here (step 2 of 4).')
  })
  it('is what is wrong, where no step says it', () => {
    expect(summaryOf({ message: 'It was given up.', checks: [check('ownership', false, 'Nothing proves it.')] })).toBe('It was given up.')
    expect(summaryOf({ message: 'It leads here and answers.', checks: [check('ownership', true, '')] })).toBe('It leads here and answers.')
  })
})
