import { expect, it } from 'vitest'

import { SERVICE_STATES } from '@/lib/domain/service-state'

import { atAGlance, summarizeStates } from './state-summary'

it('counts every state, what needs a look first', () => {
  expect(summarizeStates(['running', 'failed', 'running'])).toEqual([
    { state: 'failed', count: 1 },
    { state: 'running', count: 2 },
  ])
})

it('forgets no state', () => {
  expect(summarizeStates(SERVICE_STATES).map(({ state }) => state).toSorted()).toEqual([...SERVICE_STATES].toSorted())
})

it('shows the most urgent and what runs, and loses nothing', () => {
  const counts = summarizeStates(SERVICE_STATES)
  const { shown, rest } = atAGlance(counts, 3)
  expect(shown.map(({ state }) => state)).toEqual(['failed', 'crashed', 'running'])
  expect([...shown, ...rest]).toHaveLength(counts.length)
  expect(atAGlance(counts.slice(0, 2), 3).rest).toEqual([])
})
