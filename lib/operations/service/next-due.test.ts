import { describe, expect, it } from 'vitest'

import { nextDueAt } from './next-due'

const daily = { schedule: '0 3 * * *', timeZone: 'Europe/Zurich' }
const at = (time: string) => new Date(time)

describe('the next time', () => {
  it('is kept until it has passed, and worked out anew when the clock went back', () => {
    const first = nextDueAt(daily, at('2026-11-21T10:00:00Z'))
    expect(first).toEqual(at('2026-11-22T02:00:00Z'))
    expect(nextDueAt(daily, at('2026-11-22T01:59:59.999Z'))).toBe(first)
    expect(nextDueAt(daily, at('2026-11-22T02:00:00Z'))).toEqual(at('2026-11-23T02:00:00Z'))
    expect(nextDueAt(daily, at('2026-11-20T10:00:00Z'))).toEqual(at('2026-11-21T02:00:00Z'))
  })

  it('is told apart by time zone', () => {
    expect(nextDueAt({ ...daily, timeZone: 'UTC' }, at('2026-11-21T10:00:00Z'))).toEqual(at('2026-11-22T03:00:00Z'))
  })
})
