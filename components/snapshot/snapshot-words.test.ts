import { expect, it } from 'vitest'

import { planWords } from './snapshot-words'

it.each([
  [{ schedule: '0 3 * * *', timeZone: 'UTC', keepCount: 7, keepDays: null }, 'Every night at 3:00 (UTC). The newest 7 are kept.'],
  [{ schedule: '@daily', timeZone: 'UTC', keepCount: 1, keepDays: 30 }, 'Every day (UTC). The newest is kept, for 30 days at most.'],
  [{ schedule: '5 * * * 1', timeZone: 'Europe/Zurich', keepCount: null, keepDays: 1 }, '5 * * * 1 (Europe/Zurich). Each is kept for 1 day.'],
  [{ schedule: '@hourly', timeZone: 'UTC', keepCount: null, keepDays: null }, 'Every hour (UTC). All of them are kept.'],
])('%j', (plan, words) => expect(planWords({ ...plan, drillSchedule: null, store: null })).toBe(words))

it('says where they are kept, unless it is the disk', () => {
  expect(planWords({ schedule: '@daily', timeZone: 'UTC', keepCount: 7, keepDays: null, drillSchedule: null, store: { id: 'sto_1', name: 'Offsite' } })).toBe('Every day (UTC). The newest 7 are kept. They are in Offsite.')
})
