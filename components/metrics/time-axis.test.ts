import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { momentWords, timeTicks } from './time-axis'

const HOUR = 3_600_000
const at = (hour: number, minute = 0, second = 0) => Date.UTC(2026, 4, 1, hour, minute, second)
const utc = () => 0
const words = (fromMs: number, untilMs: number, most = 6, offset = utc) => timeTicks({ fromMs, untilMs }, most, offset).map((tick) => tick.words)

describe('an axis of time', () => {
  it.each([
    ['a minute', at(12), at(12, 1), ['12:00:00', '12:00:10', '12:00:20', '12:00:30', '12:00:40', '12:00:50', '12:01:00']],
    ['an hour', at(11, 3), at(12, 3), ['11:10', '11:20', '11:30', '11:40', '11:50', '12:00']],
    ['a night', at(21), at(27), ['21:00', '22:00', '23:00', '2 May', '01:00', '02:00', '03:00']],
    ['a day', at(9), at(33), ['12:00', '18:00', '2 May', '06:00']],
    ['a week', at(9), at(9 + 7 * 24), ['3 May', '5 May', '7 May']],
  ])('of %s has round times', (_, fromMs, untilMs, expected) => {
    expect(words(fromMs, untilMs)).toEqual(expected)
  })

  it('is that of the clock of the reader', () => {
    expect(words(at(9), at(33), 6, () => 5.5 * HOUR)).toEqual(['18:00', '2 May', '06:00', '12:00'])
    const [midnight] = timeTicks({ fromMs: at(18), untilMs: at(19) }, 6, () => 5.5 * HOUR).filter((tick) => tick.words === '2 May')
    expect(midnight!.atMs).toBe(at(18, 30))
  })

  it('stays within its window and rises', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 60_000, max: 400 * 24 * HOUR }), fc.integer({ min: -14, max: 14 }), (fromMs, span, zone) => {
        const ticks = timeTicks({ fromMs, untilMs: fromMs + span }, 6, () => zone * HOUR)
        expect(ticks.every(({ atMs }, index) => atMs >= fromMs && atMs <= fromMs + span && atMs > (ticks[index - 1]?.atMs ?? -1))).toBe(true)
        expect(ticks.length).toBeLessThanOrEqual(span > 180 * 24 * HOUR ? 15 : 7)
      }),
    )
  })
})

describe('a moment', () => {
  const frame = (fromMs: number, untilMs: number, stepMs: number) => ({ fromMs, untilMs, stepMs })

  it.each([
    [frame(at(11), at(12), 10_000), '11:20:30'],
    [frame(at(6), at(12), 60_000), '11:20'],
    [frame(at(0) - HOUR, at(12), 60_000), '1 May, 11:20'],
  ])('is as exact as it has to be in %j', (within, expected) => {
    expect(momentWords(at(11, 20, 30), within, utc)).toBe(expected)
  })
})
