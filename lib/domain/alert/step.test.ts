import { describe, expect, it } from 'vitest'

import { clearBelow, step, type Held } from './step'

const RULE = { kind: 'cpu', threshold: 90, forSeconds: 30 } as const

/** Looks every ten seconds; null is a look that measured nothing, `quiet` one that saw that there was nothing to measure. */
function run(values: readonly (number | null | 'quiet')[], rule: { kind: 'cpu' | 'down' | 'deployment_failed' | 'error_rate'; threshold: number; forSeconds: number } = RULE, everyMs = 10_000): string[] {
  let held: Held | null = null
  return values.map((value, i) => {
    const after = step(held, rule, { at: i * everyMs, ...(value === 'quiet' ? { value: null, isQuiet: true } : { value }) })
    held = after.held
    return after.held?.state ?? (after.held === null && after.wasFiring ? 'resolved' : 'ok')
  })
}

describe('what a look leads to', () => {
  it.each<[string, (number | null)[], string[]]>([
    ['at the threshold is not above it', [90, 90], ['ok', 'ok']],
    ['it fires when it was above for as long as the rule says', [95, 95, 95, 95], ['pending', 'pending', 'pending', 'firing']],
    ['one look below begins anew', [95, 95, 95, 80, 95, 95], ['pending', 'pending', 'pending', 'ok', 'pending', 'pending']],
    ['a gap before anything is nothing', [null, null], ['ok', 'ok']],
    ['time in a gap does not count', [95, 95, 95, null, null, null, 95, 95], ['pending', 'pending', 'pending', 'pending', 'pending', 'pending', 'pending', 'firing']],
    ['a gap does not resolve', [95, 95, 95, 95, null, null, null, null, null, null, null, null], ['pending', 'pending', 'pending', 'firing', ...Array<string>(8).fill('firing')]],
    ['just below the threshold stays firing', [95, 95, 95, 95, 85, 85, 85, 85, 85, 85, 85, 85], ['pending', 'pending', 'pending', 'firing', ...Array<string>(8).fill('firing')]],
    ['well below for a minute resolves', [95, 95, 95, 95, 50, 50, 50, 50, 50, 50, 50], ['pending', 'pending', 'pending', 'firing', 'firing', 'firing', 'firing', 'firing', 'firing', 'firing', 'resolved']],
    ['a value between begins the minute anew', [95, 95, 95, 95, 50, 50, 50, 50, 50, 85, 50, 50], ['pending', 'pending', 'pending', 'firing', ...Array<string>(8).fill('firing')]],
  ])('%s', (_, values, expected) => {
    expect(run(values)).toEqual(expected)
  })

  it.each<[string, (number | null | 'quiet')[], string[]]>([
    ['resolves what fires when it lasts', [40, 40, ...Array<'quiet'>(13).fill('quiet')], ['pending', 'firing', ...Array<string>(12).fill('firing'), 'resolved']],
    ['counts together with values that are well', [40, 40, ...Array<'quiet'>(6).fill('quiet'), 0, 0, 0, 0, 0, 0, 0], ['pending', 'firing', ...Array<string>(12).fill('firing'), 'resolved']],
    ['begins anew when it fails again', [40, 40, ...Array<'quiet'>(12).fill('quiet'), 40, 'quiet'], ['pending', 'firing', ...Array<string>(14).fill('firing')]],
    ['does not make a gap count', [40, 40, 'quiet', ...Array<null>(12).fill(null), 'quiet'], ['pending', 'firing', ...Array<string>(14).fill('firing')]],
    ['neither fires nor ends what is pending', [40, 'quiet', 'quiet', 'quiet', 40, 40], ['pending', 'pending', 'pending', 'pending', 'pending', 'firing']],
    ['is nothing before anything', ['quiet', 'quiet'], ['ok', 'ok']],
  ])('quiet %s', (_, values, expected) => {
    expect(run(values, { kind: 'error_rate', threshold: 5, forSeconds: 10 })).toEqual(expected)
  })

  it('is well again by a few that were quick, and not by a few that were slow; a few never fire', () => {
    const rule = { kind: 'latency_p95', threshold: 2_000, forSeconds: 0 } as const
    const firing = step(null, rule, { at: 0, value: 3_000 }).held
    expect(step(firing, rule, { at: 10_000, value: null, atMost: 1_500 }).held).toMatchObject({ state: 'firing', value: 3_000, isSeen: true })
    expect(step(firing, rule, { at: 10_000, value: null, atMost: 1_900 }).held).toMatchObject({ state: 'firing', isSeen: false })
    expect(step(null, rule, { at: 0, value: null, atMost: 9_000 })).toEqual({ held: null, wasFiring: false })
  })

  it('keeps the last value that was measured while it is quiet', () => {
    const firing = step(null, { kind: 'error_rate', threshold: 5, forSeconds: 0 }, { at: 0, value: 40 })
    expect(step(firing.held, { kind: 'error_rate', threshold: 5, forSeconds: 0 }, { at: 10_000, value: null, isQuiet: true }).held).toMatchObject({ state: 'firing', value: 40, isSeen: true })
  })

  it('fires at once and is resolved at once where the rule says no time', () => {
    expect(run([1, 1, 0], { kind: 'deployment_failed', threshold: 0, forSeconds: 0 })).toEqual(['firing', 'firing', 'resolved'])
  })

  it('counts nothing of a pause in which nobody looked', () => {
    expect(run([95, 95, 95, 95], RULE, 60_000)).toEqual(['pending', 'pending', 'pending', 'pending'])
  })

  it('counts nothing while the clock goes back', () => {
    const first = step(null, RULE, { at: 100_000, value: 99 })
    const second = step(first.held, RULE, { at: 50_000, value: 99 })
    expect(second.held).toMatchObject({ state: 'pending', countedMs: 0 })
  })
})

it('is well again a tenth below the threshold, and what is true or not when it is not', () => {
  expect(clearBelow(90)).toBe(81)
  expect(clearBelow(0)).toBe(0)
})
