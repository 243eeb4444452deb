import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { chunkStart, gridOf, KEPT } from './steps'

const NOW = Date.parse('2026-03-10T12:34:56Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const last = (spanMs: number, stepSeconds?: number, everySeconds = 10) => gridOf({ fromMs: NOW - spanMs, untilMs: NOW, nowMs: NOW, stepSeconds, everySeconds })

describe('steps', () => {
  it.each([
    [HOUR, 10, 10],
    [6 * HOUR, 60, 60],
    [24 * HOUR, 300, 60],
    [7 * DAY, 1_800, 900],
    [30 * DAY, 7_200, 900],
    [365 * DAY, 86_400, 900],
  ])('suit a span of %i ms: %i s, of what is kept every %i s', (spanMs, stepSeconds, keptSeconds) => {
    expect(last(spanMs)).toMatchObject({ stepSeconds, kept: { seconds: keptSeconds } })
  })

  it('are longer where what is that old is not kept so finely, or is not measured so often', () => {
    const old = (days: number) => gridOf({ fromMs: NOW - days * DAY, untilMs: NOW - days * DAY + HOUR, nowMs: NOW, stepSeconds: 10, everySeconds: 10 })
    expect([old(6), old(8), old(31), old(700)].map(({ stepSeconds }) => stepSeconds)).toEqual([10, 60, 900, 900])
    expect(last(HOUR, 10, 60).stepSeconds).toBe(60)
  })

  it('are whole, cover what was asked for, and are neither too many nor made of too many', () => {
    const span = fc.record({ fromMs: fc.integer({ min: NOW - 500 * DAY, max: NOW }), spanMs: fc.integer({ min: 1, max: 500 * DAY }), stepSeconds: fc.option(fc.integer({ min: 10, max: 7 * 86_400 }), { nil: undefined }), everySeconds: fc.constantFrom(10, 60) })
    fc.assert(
      fc.property(span, ({ fromMs, spanMs, ...rest }) => {
        const grid = gridOf({ fromMs, untilMs: fromMs + spanMs, nowMs: NOW, ...rest })
        const stepMs = grid.stepSeconds * 1000
        expect(grid.stepSeconds).toBeGreaterThanOrEqual(Math.max(rest.stepSeconds ?? 0, rest.everySeconds))
        expect([grid.fromMs % stepMs, grid.untilMs % stepMs, grid.stepSeconds % grid.kept.seconds]).toEqual([0, 0, 0])
        expect(grid.fromMs).toBeLessThanOrEqual(fromMs)
        expect(grid.untilMs).toBeGreaterThanOrEqual(fromMs + spanMs)
        expect(grid.untilMs - grid.fromMs).toBe(grid.count * stepMs)
        expect(grid.count).toBeLessThanOrEqual(1_001)
        expect((grid.count * grid.stepSeconds) / grid.kept.seconds).toBeLessThanOrEqual(151_000)
        expect(fromMs >= NOW - grid.kept.keptMs || grid.kept === KEPT[2]).toBe(true)
      }),
    )
  })

  it('begin chunks at whole multiples of their length', () => {
    expect(KEPT.map((kept) => new Date(chunkStart(kept, NOW)).toISOString())).toEqual(['2026-03-10T12:00:00.000Z', '2026-03-10T12:00:00.000Z', '2026-03-08T00:00:00.000Z'])
  })
})
