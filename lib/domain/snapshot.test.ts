import { describe, expect, it } from 'vitest'

import { pastKeeping, restoreProblem } from './snapshot'

const DAY = 86_400_000
const NOW = new Date('2026-03-10T12:00:00Z')
const aged = (days: number[], pinned: number[] = []) => days.map((day) => ({ id: `day ${day}`, createdAt: new Date(NOW.getTime() - day * DAY), isPinned: pinned.includes(day) }))

describe('pastKeeping', () => {
  it.each([
    ['more than are kept', { keepCount: 2, keepDays: null }, aged([0, 1, 2, 3]), ['day 2', 'day 3']],
    ['older than are kept', { keepCount: null, keepDays: 2 }, aged([0, 1, 2, 3]), ['day 3']],
    ['what either says', { keepCount: 3, keepDays: 1 }, aged([0, 1, 2, 3]), ['day 2', 'day 3']],
    ['never the newest, however old', { keepCount: 1, keepDays: 1 }, aged([30, 40]), ['day 40']],
    ['never a pinned one', { keepCount: 1, keepDays: 1 }, aged([0, 5, 9], [5]), ['day 9']],
    ['nothing without a rule', { keepCount: null, keepDays: null }, aged([0, 500]), []],
  ])('%s', (_, rule, done, expected) => expect(pastKeeping(done, rule, NOW)).toEqual(expected))
})

describe('restoreProblem', () => {
  const postgres = { format: 'postgres-base', engine: 'postgres', version: '17.5' } as const
  it.each([
    ['files into a volume', { format: 'files', engine: null, version: null } as const, null, null],
    ['the same line', postgres, { engine: 'postgres', version: '17' } as const, null],
    ['another line', postgres, { engine: 'postgres', version: '18' } as const, 'cannot use'],
    ['another engine', postgres, { engine: 'redis', version: '7' } as const, 'cannot read'],
    ['a database into a volume', postgres, null, 'snapshot of PostgreSQL'],
    ['files into a database', { format: 'files', engine: null, version: null } as const, { engine: 'redis', version: '7' } as const, 'snapshot of a volume'],
    ['statements into a later version', { format: 'sql', engine: 'mariadb', version: '10.11.6' } as const, { engine: 'mariadb', version: '11.4' } as const, null],
  ])('%s', (_, made, target, expected) => {
    const problem = restoreProblem(made, target)
    if (expected === null) expect(problem).toBeNull()
    else expect(problem).toContain(expected)
  })
})
