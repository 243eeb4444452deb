import { expect, it } from 'vitest'

import { SERVICE_STATES } from '@/lib/domain/service-state'

import { summarizeStates } from './state-summary'

it('counts every state, what needs a look first', () => {
  expect(summarizeStates(['running', 'failed', 'running'])).toEqual([
    { state: 'failed', count: 1 },
    { state: 'running', count: 2 },
  ])
})

it('forgets no state', () => {
  expect(summarizeStates(SERVICE_STATES).map(({ state }) => state).toSorted()).toEqual([...SERVICE_STATES].toSorted())
})
