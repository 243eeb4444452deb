import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { record, type MetricSample } from '../../lib/db/queries/engine/metrics'
import { removeOldMetrics } from '../../lib/db/queries/engine/metric-chunks'
import { latestOf, metricLines } from '../../lib/db/queries/metrics'
import type { Measure } from '../../lib/domain/metric/measure'
import { gridOf } from '../../lib/domain/metric/steps'
import { packMetrics } from '../../lib/telemetry/metric/pack'
import { platformForTest, type TestPlatform } from '../harness/platform'

// Whatever is packed when, however often, and whoever dies at it: what is read is what was recorded.

const START = Date.parse('2026-03-01T10:50:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR

let t: TestPlatform
let made = 0
beforeAll(async () => void (t = await platformForTest()))
afterAll(() => t.close())

/** An environment of its own, to which samples of seconds after `START` are recorded. */
function place() {
  const environmentId = `env_${++made}`
  const { db } = t.database
  const sample = (seconds: number, value: number, measure: MetricSample['measure'] = 'memory'): MetricSample => ({ at: new Date(START + seconds * 1000), labels: { environmentId, serviceId: 'svc' }, measure, value }) as MetricSample
  const record_ = (...samples: MetricSample[]) => record(db, samples)
  const packAt = (seconds: number) => packMetrics(db, new Date(START + seconds * 1000))
  const read = async (stepSeconds: number, { measure = 'memory', seconds = 2 * 3600, now = START + 3 * HOUR }: { measure?: Measure; seconds?: number; now?: number } = {}) => {
    const grid = gridOf({ fromMs: START, untilMs: START + seconds * 1000, nowMs: now, stepSeconds, everySeconds: 10 })
    const [line] = await metricLines(db, { environmentIds: [environmentId], measure, by: 'total', take: 'mean', grid, most: 50 })
    const first = (START - grid.fromMs) / (grid.stepSeconds * 1000)
    // Steps that began before the start are told by a time below zero.
    return Object.fromEntries((line?.points ?? []).flatMap((point, index) => (point === null ? [] : [[Math.round((index - first) * grid.stepSeconds), point]])))
  }
  return { environmentId, sample, record: record_, packAt, read }
}

const STEPS = [10, 60, 300, 900, 1800]

describe('samples', () => {
  it('are the same in every step before, while and after they are packed, over the borders of chunks', async () => {
    const { sample, record: put, packAt, read } = place()
    const all = Array.from({ length: 720 }, (_, index) => index).filter((index) => index % 97 > 4 && !(index > 200 && index < 260))
    await put(...all.map((index) => sample(index * 10, 1_000 + ((index * 37) % 91))))
    const before = await Promise.all(STEPS.map((step) => read(step)))
    // A gap of ten minutes is a gap, where steps are shorter.
    expect(Object.keys(before[1]!).map(Number)).not.toContain(2_100)
    for (const seconds of [65, 605, 3_000, 3_001, 9_000]) {
      await packAt(seconds)
      expect(await Promise.all(STEPS.map((step) => read(step)))).toEqual(before.map((each) => Object.fromEntries(Object.entries(each).map(([at, value]) => [at, expect.closeTo(value, 6)]))))
    }
    expect(await t.database.sql`select 1 from metric_points`).toHaveLength(0)
  })

  it('of counts that come late are added to what is packed', async () => {
    const { sample, record: put, packAt, read } = place()
    await put(sample(0, 5, 'requests'), sample(10, 5, 'requests'))
    await packAt(300)
    await put(sample(4, 15, 'requests'), sample(30, 0, 'requests'))
    expect(await read(60, { measure: 'requests' })).toEqual({ 0: expect.closeTo(25 / 30) })
    await packAt(600)
    expect(await read(60, { measure: 'requests' })).toEqual({ 0: expect.closeTo(25 / 30) })
    expect(await read(10, { measure: 'requests' })).toEqual({ 0: 2, 10: 0.5, 30: 0 })
  })

  it('are packed once by any number of packers, and all of a try that dies is done again', async () => {
    const { environmentId, sample, record: put, packAt, read } = place()
    await put(...Array.from({ length: 60 }, (_, index) => sample(index * 10, 10, 'requests')))
    const dying = t.database.db.transaction(async (tx) => {
      expect(await packMetrics(tx, new Date(START + HOUR))).toBe(60)
      throw new Error('The worker died.')
    })
    await expect(dying).rejects.toThrow('The worker died.')
    expect(await t.database.sql`select 1 from metric_chunks c join metric_series s on s.id = c.series_id where s.environment_id = ${environmentId}`).toHaveLength(0)
    expect((await Promise.all([packAt(3_600), packAt(3_600), packAt(3_600)])).toSorted((a, b) => a - b)).toEqual([0, 0, 60])
    expect(await read(900, { measure: 'requests' })).toEqual({ [-300]: 1 })
  })

  it('of a clock that went ahead and came back are told once it is that time, by the later one', async () => {
    const { sample, record: put, packAt, read } = place()
    await put(sample(3_600, 111), sample(3_610, 112))
    await put(sample(0, 1))
    await packAt(60)
    expect(await read(10, { seconds: 60 })).toEqual({ 0: 1 })
    await put(sample(3_600, 2))
    await packAt(4_000)
    expect(await read(10)).toEqual({ 0: 1, 3600: 2, 3610: 112 })
  })

  it('that come when those of their time are gone are dropped, and spoil nothing', async () => {
    const { sample, record: put, packAt, read } = place()
    await put(...Array.from({ length: 90 }, (_, index) => sample(index * 10, 50)))
    await packAt(3_600)
    const eightDays = START + 8 * DAY
    await removeOldMetrics(t.database.db, new Date(eightDays))
    await put(sample(20, 9_999))
    expect(await packMetrics(t.database.db, new Date(eightDays))).toBe(0)
    expect(await read(900, { now: eightDays })).toEqual({ [-300]: 50, 600: 50 })
  })

  it('are kept for 7 days, minutes for 30, quarters of an hour for a year; then their series are forgotten', async () => {
    const { environmentId, sample, record: put, packAt } = place()
    await put(sample(0, 1))
    await packAt(3_600)
    const kept = async (days: number) => {
      await removeOldMetrics(t.database.db, new Date(START + days * DAY))
      const rows = await t.database.sql`select step_seconds as step from metric_chunks c join metric_series s on s.id = c.series_id where s.environment_id = ${environmentId} order by 1`
      const [{ n }] = (await t.database.sql`select count(*)::int as n from metric_series where environment_id = ${environmentId}`) as unknown as [{ n: number }]
      return [...rows.map(({ step }) => step as number), ...(n === 0 ? ['no series'] : [])]
    }
    expect(await kept(7)).toEqual([10, 60, 900])
    expect(await kept(7.2)).toEqual([60, 900])
    expect(await kept(29)).toEqual([60, 900])
    expect(await kept(30.5)).toEqual([900])
    expect(await kept(364)).toEqual([900])
    expect(await kept(369.5)).toEqual([])
    expect(await kept(380)).toEqual(['no series'])
  })
})

describe('how things were of late', () => {
  it('is told of each service for a window, with how much of it was measured', async () => {
    const { environmentId, record: put } = place()
    const labels = { environmentId, serviceId: 'svc_a', part: '0' }
    const at = (seconds: number) => new Date(START + seconds * 1000)
    const seconds = Array.from({ length: 30 }, (_, index) => index * 10)
    await put(...seconds.map((second) => ({ measure: 'memory' as const, labels, at: at(second), value: 100 + second, limit: 1_000 })), ...seconds.map((second) => ({ measure: 'cpu' as const, labels: { ...labels, serviceId: 'svc_b' }, at: at(second), value: 5 })))
    await put(...seconds.flatMap((second) => [
      { measure: 'requests' as const, labels: { environmentId, serviceId: 'svc_a' }, at: at(second), value: second === 0 ? 30 : 0 },
      { measure: 'latency' as const, labels: { environmentId, serviceId: 'svc_a' }, at: at(second), buckets: second === 0 ? [[10, 30] as const] : [] },
    ]))
    const ask = { environmentIds: [environmentId], sinceMs: 300_000, now: at(300) }
    expect(await latestOf(t.database.db, { ...ask, measures: ['memory', 'cpu', 'requests', 'latency_p95'] })).toEqual([
      { environmentId, measure: 'memory', labels: { serviceId: 'svc_a' }, mean: 245, last: 390, lowest: 100, highest: 390, limit: 1_000, covered: 1 },
      { environmentId, measure: 'cpu', labels: { serviceId: 'svc_b' }, mean: 5, last: 5, lowest: 5, highest: 5, limit: null, covered: 1 },
      { environmentId, measure: 'requests', labels: { serviceId: 'svc_a' }, mean: expect.closeTo(0.1), last: 0, lowest: 0, highest: 3, limit: null, covered: 1 },
      { environmentId, measure: 'latency_p95', labels: { serviceId: 'svc_a' }, mean: expect.closeTo(9.17), last: expect.closeTo(9.17), lowest: expect.closeTo(9.17), highest: expect.closeTo(9.17), limit: null, covered: expect.closeTo(1 / 30) },
    ])
    expect(await latestOf(t.database.db, { ...ask, environmentIds: [], measures: ['memory'] })).toEqual([])
    expect(await latestOf(t.database.db, { ...ask, now: at(1_200), measures: ['memory'] })).toEqual([])
  })
})
