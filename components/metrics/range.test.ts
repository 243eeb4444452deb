import { describe, expect, it } from 'vitest'

import { frameOf, rangeIn, rangeQuery, RANGES, widened, zoomed, type Range } from './range'

const NOW = Date.UTC(2026, 4, 1, 12, 0, 7)
const MINUTE = 60_000

describe('a range', () => {
  it.each<Range>([...RANGES.map((name) => ({ kind: 'last' as const, name })), { kind: 'between', fromMs: NOW - 5 * MINUTE, untilMs: NOW }])('is read again from its address: %j', (range) => {
    expect(rangeIn(new URLSearchParams(rangeQuery(range)))).toEqual(range)
  })

  it('leaves the rest of an address as it is', () => {
    expect(rangeQuery({ kind: 'last', name: '7d' }, 'view=list&from=x&until=y')).toBe('?view=list&range=7d')
    expect(rangeQuery({ kind: 'last', name: '1h' }, 'range=7d')).toBe('')
  })

  it.each(['', '?range=2y', '?from=yesterday&until=now', '?from=2026-05-01T12:00:00Z&until=2026-05-01T11:00:00Z', '?from=2026-05-01T12:00:00Z&until=2026-05-01T12:00:01Z'])('is the last hour for %j', (address) => {
    expect(rangeIn(new URLSearchParams(address))).toEqual({ kind: 'last', name: '1h' })
  })
})

describe('what is shown', () => {
  it.each(RANGES)('of the last %s has whole steps, few enough, and hides nothing that is older than a minute', (name) => {
    const { fromMs, untilMs, stepMs } = frameOf({ kind: 'last', name }, NOW)
    expect([fromMs % stepMs, untilMs % stepMs]).toEqual([0, 0])
    expect((untilMs - fromMs) / stepMs).toBeLessThanOrEqual(361)
    expect(NOW - untilMs).toBeLessThan(MINUTE)
    expect(untilMs - NOW).toBeLessThan(stepMs)
  })

  it('is looked at again each minute while its last step goes on', () => {
    const [now, later] = [NOW, NOW + MINUTE].map((at) => frameOf({ kind: 'last', name: '7d' }, at))
    expect(later).toEqual({ ...now, turn: now!.turn + 1 })
    expect(frameOf({ kind: 'between', fromMs: NOW - 24 * 60 * MINUTE, untilMs: NOW }, NOW + MINUTE).turn).toBe(0)
  })

  it('has steps of ten seconds within an hour, and longer ones of what is measured less often', () => {
    expect(frameOf({ kind: 'last', name: '1h' }, NOW).stepMs).toBe(10_000)
    expect(frameOf({ kind: 'last', name: '1h' }, NOW, 60).stepMs).toBe(60_000)
  })

  it('of a window has all of it', () => {
    const { fromMs, untilMs } = frameOf({ kind: 'between', fromMs: NOW - 3 * MINUTE, untilMs: NOW }, NOW)
    expect(fromMs).toBeLessThanOrEqual(NOW - 3 * MINUTE)
    expect(untilMs).toBeGreaterThanOrEqual(NOW)
  })
})

describe('zooming', () => {
  it('goes to what was dragged over, in either direction', () => {
    expect(zoomed(NOW, NOW - 10 * MINUTE)).toEqual({ kind: 'between', fromMs: NOW - 10 * MINUTE, untilMs: NOW })
    expect(zoomed(NOW, NOW)).toBeNull()
  })

  it('stops where samples would be shown singly', () => {
    const range = zoomed(NOW, NOW + 2000)!
    expect(range).toMatchObject({ kind: 'between', fromMs: NOW + 1000 - MINUTE / 2, untilMs: NOW + 1000 + MINUTE / 2 })
  })

  it('out shows twice as much, and nothing of the future', () => {
    expect(widened({ fromMs: NOW - 20 * MINUTE, untilMs: NOW - 10 * MINUTE }, NOW)).toEqual({ kind: 'between', fromMs: NOW - 25 * MINUTE, untilMs: NOW - 5 * MINUTE })
    expect(widened({ fromMs: NOW - 10 * MINUTE, untilMs: NOW }, NOW)).toEqual({ kind: 'between', fromMs: NOW - 20 * MINUTE, untilMs: NOW })
  })
})
