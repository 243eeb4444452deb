import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { effectiveRules, standardRule, type AlertRule } from './rule'
import { round, type KeptAlert, type Outcome, type Reading } from './round'
import { QUIET_MS, type Silence } from './tell'

const STEP_MS = 10_000
const SUBJECTS = ['svc_a', 'svc_b']

/** Null: nothing was measured. `quiet`: there was nothing to measure. */
type Seen = number | null | 'quiet'

/** Keeps what rounds say, as the tables do. */
function simulate(series: readonly (readonly Seen[])[], options: { rules?: AlertRule[]; silences?: Silence[] } = {}) {
  const rules = options.rules ?? effectiveRules([{ ...standardRule('cpu'), forSeconds: 30, repeatMinutes: 60 }])
  const kept = new Map<string, KeptAlert>()
  const rounds: { at: number; outcome: Outcome; open: KeptAlert[] }[] = []
  let ids = 0
  for (const [i, values] of series.entries()) {
    const at = i * STEP_MS
    const readings: Reading[] = values.map((seen, j) => ({ kind: 'cpu', subjectId: SUBJECTS[j]!, subjectName: SUBJECTS[j]!, serviceId: SUBJECTS[j]!, value: seen === 'quiet' ? null : seen, isQuiet: seen === 'quiet' }))
    const outcome = round({ rules, readings, kept: [...kept.values()].filter(({ held, resolvedAt }) => held !== null || at - resolvedAt! < QUIET_MS), silences: options.silences ?? [], at, newId: () => `alt_${++ids}` })
    for (const id of outcome.dropped) kept.delete(id)
    for (const alert of outcome.changed) kept.set(alert.id, alert)
    rounds.push({ at, outcome, open: [...kept.values()].filter(({ held }) => held !== null) })
  }
  return { rounds, kept: [...kept.values()], told: rounds.flatMap(({ at, outcome }) => outcome.tell.map(({ alert, what }) => ({ at, what, subject: alert.subjectId, id: alert.id }))) }
}

const value = fc.oneof(fc.constantFrom<Seen>(null, 'quiet'), fc.integer({ min: 0, max: 100 }))
const pair = fc.array(fc.tuple(value, value), { maxLength: 600 })
// Values that stay a while, so that something happens.
const lasting = fc.array(fc.tuple(fc.constantFrom<Seen>(null, 'quiet', 20, 85, 95), fc.integer({ min: 1, max: 40 })), { maxLength: 40 }).map((runs) => runs.flatMap(([v, n]) => Array.from({ length: n }, () => [v])))

describe('whatever is measured', () => {
  it('there is at most one open alert of a rule and a subject', () => {
    fc.assert(fc.property(fc.oneof(pair, lasting), (series) => {
      for (const { open } of simulate(series).rounds) {
        const keys = open.map(({ ruleKey, subjectId }) => `${ruleKey} ${subjectId}`)
        expect(new Set(keys).size).toBe(keys.length)
      }
    }))
  })

  it('a look that measured nothing fires and resolves nothing', () => {
    fc.assert(fc.property(fc.oneof(pair, lasting), (series) => {
      for (const [i, { outcome }] of simulate(series).rounds.entries()) {
        const seen = ({ subjectId }: KeptAlert) => series[i]![SUBJECTS.indexOf(subjectId)]
        for (const alert of outcome.resolved) expect(seen(alert)).not.toBeNull()
        for (const alert of outcome.fired) expect(seen(alert)).toEqual(expect.any(Number))
      }
    }))
  })

  it('nobody is told more often than once in a while that one fires, and of an end only after a beginning', () => {
    fc.assert(fc.property(fc.oneof(pair, lasting), (series) => {
      const { told } = simulate(series)
      for (const subject of SUBJECTS) {
        const own = told.filter((each) => each.subject === subject)
        const firing = own.filter(({ what }) => what !== 'resolved')
        for (const [i, { at }] of firing.entries()) if (i > 0) expect(at - firing[i - 1]!.at).toBeGreaterThanOrEqual(QUIET_MS)
        for (const [i, { what }] of own.entries()) if (what === 'resolved') expect(own[i - 1]?.what).toMatch(/firing/)
      }
    }))
  })

  it('one that lasts is told of, and its end as well', () => {
    fc.assert(fc.property(lasting, (series) => {
      const { told } = simulate([...series, ...Array.from({ length: 100 }, () => [95]), ...Array.from({ length: 10 }, () => [20])])
      expect(told.at(-1)?.what).toBe('resolved')
      expect(told.at(-2)?.what).toMatch(/firing/)
    }))
  })

  it('nobody is told anything in a silence, and of what still fires when it ends', () => {
    fc.assert(fc.property(lasting, (series) => {
      const until = series.length * STEP_MS + 1
      const whole = [...series, ...Array.from({ length: 100 }, () => [95])]
      const { told } = simulate(whole, { silences: [{ ruleKey: null, serviceId: null, until }] })
      expect(told.every(({ at }) => at >= until)).toBe(true)
      expect(told.map(({ what }) => what)).toContain('firing')
    }))
  })
})

describe('a round', () => {
  const beyond = (n: number) => Array.from({ length: n }, () => [95])
  const well = (n: number) => Array.from({ length: n }, () => [20])

  it('takes one that is back soon for the same', () => {
    const { kept, told } = simulate([...beyond(5), ...well(8), ...beyond(5), ...well(8), ...beyond(5)])
    expect(kept).toMatchObject([{ flaps: 2, held: { state: 'firing' } }])
    expect(told.map(({ what }) => what)).toEqual(['firing', 'resolved'])
  })

  it('resolves what its rule no longer looks at, and what is gone', () => {
    const { kept: first } = simulate(beyond(5))
    const base = { kept: first, silences: [], at: 1_000_000, newId: () => 'alt_x' }
    const readings: Reading[] = [{ kind: 'cpu', subjectId: 'svc_a', subjectName: 'svc_a', serviceId: 'svc_a', value: 95 }]
    const off = round({ ...base, readings, rules: effectiveRules([{ ...standardRule('cpu'), isOn: false }]) })
    expect(off.resolved).toMatchObject([{ end: 'switched_off', held: null }])
    expect(round({ ...base, readings: [], rules: effectiveRules([]) }).resolved).toMatchObject([{ end: 'gone' }])
  })

  it('forgets what was pending when it is well again', () => {
    const { kept, rounds } = simulate([[95], [95], [20]])
    expect(kept).toEqual([])
    expect(rounds.at(-1)!.outcome.dropped).toHaveLength(1)
  })
})
