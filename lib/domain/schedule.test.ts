import { describe, expect, it } from 'vitest'

import { lastDue, nextDue, nextDues, scheduleComplaint } from './schedule'

const at = (time: string) => new Date(time)
const iso = (times: readonly Date[]) => times.map((time) => time.toISOString())

describe('a schedule', () => {
  it.each(['* * * * *', '0 3 * * *', '*/15 8-18 * * 1-5', '0 0 1 1 *', '0 0 29 2 *', '@hourly', '@daily', '@weekly', '@monthly', '@yearly', ' 0 3 * * * '])('may be %j', (schedule) => {
    expect(scheduleComplaint(schedule)).toBeNull()
  })

  it.each([
    ['0 3 * *', /has 4\.$/],
    ['0 0 3 * * *', /has 6\.$/],
    ['every night', /has 2\.$/],
    ['0 25 * * *', /is not a schedule/],
    ['61 * * * *', /is not a schedule/],
    ['a b c d e', /is not a schedule/],
    ['@nightly', /is not a schedule/],
    ['0 0 30 2 *', /never comes due/],
  ])('may not be %j, and says what was found', (schedule, complaint) => {
    expect(scheduleComplaint(schedule)).toMatch(complaint)
    expect(scheduleComplaint(schedule)).toContain(schedule)
  })
})

describe('the times at which it is due', () => {
  it('are those of the clock in its zone', () => {
    expect(nextDue('0 3 * * *', 'UTC', at('2026-11-21T10:00:00Z'))).toEqual(at('2026-11-22T03:00:00Z'))
    expect(nextDue('0 3 * * *', 'Europe/Zurich', at('2026-11-21T10:00:00Z'))).toEqual(at('2026-11-22T02:00:00Z'))
    expect(nextDue('0 3 * * *', 'America/New_York', at('2026-11-21T10:00:00Z'))).toEqual(at('2026-11-22T08:00:00Z'))
  })

  it('lie after the moment that is asked about, not at it', () => {
    expect(nextDue('0 3 * * *', 'UTC', at('2026-11-21T03:00:00Z'))).toEqual(at('2026-11-22T03:00:00Z'))
    expect(nextDue('0 3 * * *', 'UTC', at('2026-11-21T02:59:59.999Z'))).toEqual(at('2026-11-21T03:00:00Z'))
  })

  it('come once when the clock skips their hour, and once when it repeats it', () => {
    // In Zurich the clock goes from 2:00 to 3:00 on 29 March 2026, and from 3:00 to 2:00 on 25 October 2026.
    const spring = nextDues('30 2 * * *', 'Europe/Zurich', { after: at('2026-03-28T12:00:00Z'), count: 2 })
    expect(iso(spring)).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'])
    const autumn = nextDues('30 2 * * *', 'Europe/Zurich', { after: at('2026-10-24T12:00:00Z'), count: 2 })
    expect(autumn).toHaveLength(2)
    expect(autumn[0]!.toISOString()).toMatch(/^2026-10-25T0[01]:30/)
    expect(autumn[1]).toEqual(at('2026-10-26T01:30:00Z'))
  })

  it('are told one after another', () => {
    expect(iso(nextDues('0 0 29 2 *', 'UTC', { after: at('2026-01-01T00:00:00Z'), count: 2 }))).toEqual(['2028-02-29T00:00:00.000Z', '2032-02-29T00:00:00.000Z'])
  })

  it('are found in the past, up to and including a moment', () => {
    const window = (after: string, until: string) => lastDue('0 3 * * *', 'UTC', { after: at(after), until: at(until) })
    expect(window('2026-11-20T00:00:00Z', '2026-11-21T03:00:00Z')).toEqual(at('2026-11-21T03:00:00Z'))
    expect(window('2026-11-20T00:00:00Z', '2026-11-21T02:59:59Z')).toEqual(at('2026-11-20T03:00:00Z'))
    expect(window('2026-11-21T03:00:00Z', '2026-11-21T12:00:00Z')).toBeNull()
  })
})
