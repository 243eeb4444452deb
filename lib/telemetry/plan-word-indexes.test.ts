import { describe, expect, it } from 'vitest'

import { planWordIndexes } from './plan-word-indexes'

const at = (time: string) => Date.parse(`2026-01-02T${time}Z`)
const DAY = at('00:00')
const span = (from: string, until: string) => ({ fromMs: at(from), untilMs: at(until) })

describe('indexes on words', () => {
  it('are for hours that are over and quarters of the one that is not, the newest first', () => {
    expect(planWordIndexes([DAY], [], at('02:37')).build).toEqual([span('02:15', '02:30'), span('02:00', '02:15'), span('01:00', '02:00'), span('00:00', '01:00')])
  })

  it('wait until what is of a time is stored', () => {
    expect(planWordIndexes([DAY], [], at('01:00:30')).build).toEqual([span('00:30', '00:45'), span('00:15', '00:30'), span('00:00', '00:15')])
    expect(planWordIndexes([DAY], [], at('00:10')).build).toEqual([])
  })

  it('are built once, and those of quarters go when the hour has one', () => {
    const quarters = [span('00:00', '00:15'), span('00:15', '00:30')]
    expect(planWordIndexes([DAY], quarters, at('01:10'))).toEqual({ build: [span('00:00', '01:00')], drop: [] })
    expect(planWordIndexes([DAY], [...quarters, span('00:00', '01:00')], at('01:10'))).toEqual({ build: [], drop: quarters })
  })

  it('are not for days without lines, and end with their day', () => {
    expect(planWordIndexes([], [], at('05:00'))).toEqual({ build: [], drop: [] })
    const dayBefore = DAY - 24 * 3_600_000
    expect(planWordIndexes([dayBefore], [], at('05:00')).build).toHaveLength(24)
    expect(planWordIndexes([DAY + 24 * 3_600_000], [], at('05:00')).build).toEqual([])
  })
})
