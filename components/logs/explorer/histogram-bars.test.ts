import { describe, expect, it } from 'vitest'

import { axisTicks, axisTop, barOf, bucketRange } from './histogram-bars'

it('a bucket is told by how serious its lines are', () =>
  expect(barOf({ at: '2026-01-01T00:00:00.000Z', total: 20, levels: { fatal: 1, error: 2, warn: 3, info: 4, none: 10 } })).toEqual({ bad: 3, warning: 3, plain: 14, total: 20 }))

it.each([[0, 4], [3, 4], [7, 8], [41, 50], [950, 1_000], [1_001, 2_000]])('the axis above %d ends at %d', (most, top) => expect(axisTop(most)).toBe(top))

describe('a piece of the window', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString()
  const histogram = { from: new Date(Date.UTC(2026, 0, 1, 12, 0, 30)).toISOString(), until: at(5), bucketMs: 60_000, buckets: [0, 1, 2, 3, 4].map((minute) => ({ at: at(minute), total: 0, levels: {} })), searchedTo: null, notes: [] }
  it('is drawn in either direction and stays within the window', () => {
    expect(bucketRange(histogram, [3, 1])).toEqual({ fromMs: Date.parse(at(1)), untilMs: Date.parse(at(4)) })
    expect(bucketRange(histogram, [0, 4])).toEqual({ fromMs: Date.parse(histogram.from), untilMs: Date.parse(at(5)) })
  })
})

describe('the axis of time', () => {
  it.each([1_500, 60_000, 3_600_000, 86_400_000, 7 * 86_400_000, 365 * 86_400_000])('has a few words for %d ms', (length) => {
    const ticks = axisTicks(1_700_000_000_123, 1_700_000_000_123 + length)
    expect(ticks.length).toBeGreaterThan(0)
    expect(ticks.length).toBeLessThanOrEqual(13)
    expect(ticks.every(({ part }) => part >= 0 && part < 1)).toBe(true)
  })

  it('stands on round times', () => {
    const noon = new Date(2026, 2, 4, 12, 0, 7).getTime()
    expect(axisTicks(noon, noon + 900_000).map(({ words }) => words)).toEqual(['12:05', '12:10', '12:15'])
  })
})
