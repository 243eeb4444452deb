import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { linesOf, placesFor, storedFor, type Line, type SeriesInfo } from './lines'
import type { Grouping, Measure, Stored } from './measure'
import { addSample, emptySlots, packSlots, unpackInto, type Slots } from './slots'
import { KEPT, MINUTES, QUARTERS, SAMPLES, type Grid, type Kept } from './steps'

/** A sample of a series at the n-th ten seconds. */
type Sample = { series: number; tick: number; value: number }

const info = (id: number, measure: Stored, labels: Partial<SeriesInfo> = {}): SeriesInfo => ({ id, measure, environmentId: 'env', serviceId: 'svc', volumeId: null, deploymentId: null, part: null, status: null, route: null, attributes: null, bucket: null, limit: null, ...labels })
const TICKS = 360
const grid = (kept: Kept, ticksPerStep: number): Grid => ({ stepSeconds: ticksPerStep * 10, fromMs: 0, untilMs: TICKS * 10_000, count: TICKS / ticksPerStep, kept })

/** What is kept of samples, part of it packed and read back. */
function slotsOf(series: readonly SeriesInfo[], samples: readonly Sample[], { kept, packedTicks = 0, by = 'total' }: { kept: Kept; packedTicks?: number; by?: Grouping }): Map<number, Slots> {
  const length = (TICKS * 10) / kept.seconds
  const places = placesFor(series, by)
  const all = new Map([...places.values()].map(({ id }) => [id, emptySlots(length)]))
  for (const { id, measure } of series) {
    const own = samples.filter((sample) => sample.series === id)
    const place = all.get(places.get(id)!.id)!
    const put = (slots: Slots, { tick, value }: Sample) => addSample(slots, { kept, measure, fromMs: 0 }, { atMs: tick * 10_000, value })
    if (kept !== SAMPLES) {
      const chunk = emptySlots(kept.slots)
      for (const sample of own) if (sample.tick < packedTicks) put(chunk, sample)
      unpackInto(place, packSlots(chunk, measure), { kept, measure, offset: 0 })
    }
    for (const sample of own) if (kept === SAMPLES || sample.tick >= packedTicks) put(place, sample)
  }
  return all
}

function answer(series: readonly SeriesInfo[], samples: readonly Sample[], ask: { measure: Measure; by?: Grouping; take?: 'mean' | 'highest' | 'lowest'; kept?: Kept; ticksPerStep: number; packedTicks?: number; most?: number }): Line[] {
  const { kept = SAMPLES, by = 'total', take = 'mean', ticksPerStep, measure, packedTicks, most = 50 } = ask
  const places = [...new Set(placesFor(series, by).values())]
  return linesOf(places, slotsOf(series, samples, { kept, by, ...(packedTicks === undefined ? {} : { packedTicks }) }), { measure, by, take, grid: grid(kept, ticksPerStep), most })
}

/** The same by looking at every sample: one value for each ten seconds in which there is any, and what these are together in each step. */
function naive(samples: readonly Sample[], ticksPerStep: number, together: (ofTicks: number[]) => number): (number | null)[] {
  return Array.from({ length: TICKS / ticksPerStep }, (_, step) => {
    const ticks = Array.from({ length: ticksPerStep }, (__, tick) => samples.filter((sample) => sample.tick === step * ticksPerStep + tick))
    const sums = ticks.filter((each) => each.length > 0).map((each) => each.reduce((sum, { value }) => sum + value, 0))
    return sums.length === 0 ? null : together(sums)
  })
}
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
const near = (points: (number | null)[]) => points.map((point) => (point === null ? null : (expect.closeTo(point, 6) as number)))

const someSamples = fc.uniqueArray(fc.record({ series: fc.integer({ min: 1, max: 3 }), tick: fc.integer({ min: 0, max: TICKS - 1 }), value: fc.integer({ min: 0, max: 1_000_000 }) }), { selector: ({ series, tick }) => `${series} ${tick}`, minLength: 1, maxLength: 200 })
const steps = fc.constantFrom(...[1, 6, 12, 30, 90].map((ticksPerStep) => ({ ticksPerStep, kept: SAMPLES as Kept })), ...[6, 12, 30, 90].map((ticksPerStep) => ({ ticksPerStep, kept: MINUTES as Kept })))
const three = (measure: Stored) => [1, 2, 3].map((id) => info(id, measure, { part: String(id) }))

describe('points, against a look at every sample', () => {
  it('are means of levels, wherever samples are missing and however much is packed', () => {
    fc.assert(
      fc.property(someSamples, steps, fc.integer({ min: 0, max: TICKS }), (samples, step, packedTicks) => {
        const [line] = answer(three('memory'), samples, { measure: 'memory', ...step, packedTicks })
        expect(line!.points).toEqual(near(naive(samples, step.ticksPerStep, (values) => sum(values) / values.length)))
      }),
    )
  })

  it('are counts a second, for the seconds in which anything was counted', () => {
    fc.assert(
      fc.property(someSamples, steps, fc.integer({ min: 0, max: TICKS }), (samples, step, packedTicks) => {
        const [line] = answer(three('network_in'), samples, { measure: 'network_in', ...step, packedTicks })
        expect(line!.points).toEqual(near(naive(samples, step.ticksPerStep, (values) => sum(values) / values.length / 10)))
      }),
    )
  })

  it('are the same of quarters of an hour, where minutes are whole', () => {
    const minutes = fc.uniqueArray(fc.record({ series: fc.integer({ min: 1, max: 3 }), minute: fc.integer({ min: 0, max: TICKS / 6 - 1 }), values: fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 6, maxLength: 6 }) }), { selector: ({ series, minute }) => `${series} ${minute}`, minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(minutes, (each) => {
        const samples = each.flatMap(({ series, minute, values }) => values.map((value, tick) => ({ series, tick: minute * 6 + tick, value })))
        const [line] = answer(three('memory'), samples, { measure: 'memory', kept: QUARTERS, ticksPerStep: 90, packedTicks: TICKS })
        expect(line!.points).toEqual(near(naive(samples, 90, (values) => sum(values) / values.length)))
      }),
    )
  })

  it('are the highest and lowest samples of one series', () => {
    fc.assert(
      fc.property(someSamples, steps, (all, step) => {
        const samples = all.map((sample) => ({ ...sample, series: 1, tick: sample.tick - (sample.tick % 3) + sample.series - 1 })).filter((sample, index, list) => list.findIndex(({ tick }) => tick === sample.tick) === index)
        const extreme = (take: 'highest' | 'lowest') => answer([info(1, 'cpu')], samples, { measure: 'cpu', take, ...step, packedTicks: TICKS })[0]!.points
        expect(extreme('highest')).toEqual(naive(samples, step.ticksPerStep, (values) => Math.max(...values)))
        expect(extreme('lowest')).toEqual(naive(samples, step.ticksPerStep, (values) => Math.min(...values)))
      }),
    )
  })
})

describe('lines', () => {
  const every = (series: number, from: number, until: number, value: number): Sample[] => Array.from({ length: until - from }, (_, index) => ({ series, tick: from + index, value }))

  it('do not double where one version took the place of another within a step', () => {
    const series = [info(1, 'memory', { deploymentId: 'dep_1' }), info(2, 'memory', { deploymentId: 'dep_2' })]
    for (const kept of KEPT) expect(answer(series, [...every(1, 0, 42, 100), ...every(2, 42, 90, 100)], { measure: 'memory', kept, ticksPerStep: 90, packedTicks: 50 })[0]!.points[0]).toBe(100)
  })

  it('of requests are 0 where they were measured and there were none, and missing where they were not measured', () => {
    const series = [info(1, 'requests'), info(2, 'requests', { status: '2xx' }), info(3, 'requests', { status: '5xx' }), info(4, 'errors', { status: '5xx' })]
    const samples = [...every(1, 0, 12, 0), { series: 2, tick: 2, value: 30 }, { series: 3, tick: 7, value: 6 }, { series: 4, tick: 7, value: 6 }]
    const points = (measure: Measure, by: Grouping) => Object.fromEntries(answer(series, samples, { measure, by, ticksPerStep: 6 }).map((line) => [line.labels.status ?? 'all', line.points.slice(0, 3)]))
    expect(points('requests', 'total')).toEqual({ all: [0.5, 0.1, null] })
    expect(points('requests', 'status')).toEqual({ '2xx': [0.5, 0, null], '5xx': [0, 0.1, null] })
    expect(points('errors', 'total')).toEqual({ all: [0, 0.1, null] })
  })

  it('of latency are quantiles over all answers of a step', () => {
    const series = [info(1, 'latency', { bucket: '10', route: '/a' }), info(2, 'latency', { bucket: '10', route: '/b' }), info(3, 'latency', { bucket: '1000', route: '/b' }), info(4, 'latency', { bucket: '600000', route: '/b' })]
    const samples = [{ series: 1, tick: 0, value: 49 }, { series: 2, tick: 1, value: 49 }, { series: 3, tick: 1, value: 1 }, { series: 4, tick: 5, value: 1 }]
    const first = (measure: Measure, by: Grouping = 'total') => answer(series, samples, { measure, by, ticksPerStep: 6 }).map(({ points }) => points.slice(0, 2))
    expect(first('latency_p50')).toEqual([[expect.closeTo(9.17), null]])
    expect(first('latency_p99')).toEqual([[expect.closeTo(917, 0), null]])
    expect(first('latency_p50', 'route')).toEqual([[expect.closeTo(9.17), null], [expect.closeTo(9.17), null]])
  })

  it('of a cache are the share of lookups that found something', () => {
    const series = [info(1, 'db_lookups'), info(2, 'db_misses')]
    const samples = [{ series: 1, tick: 0, value: 200 }, { series: 2, tick: 0, value: 50 }, { series: 1, tick: 6, value: 0 }, { series: 2, tick: 6, value: 0 }]
    expect(answer(series, samples, { measure: 'db_cache_hits', kept: MINUTES, ticksPerStep: 6 })[0]!.points.slice(0, 3)).toEqual([0.75, null, null])
  })

  it('have the limit of what was there at last, all of it together', () => {
    const series = [info(1, 'memory', { deploymentId: 'dep_1', limit: 64 }), info(2, 'memory', { part: '0', limit: 100 }), info(3, 'memory', { part: '1', limit: 100 })]
    const samples = [...every(1, 0, 100, 1), ...every(2, 90, 360, 1), ...every(3, 90, 360, 1)]
    expect(answer(series, samples, { measure: 'memory', ticksPerStep: 6 })[0]!.limit).toBe(200)
    expect(answer([...series.slice(0, 2), { ...series[2]!, limit: null }], samples, { measure: 'memory', ticksPerStep: 6 })[0]!.limit).toBe(null)
    expect(answer(series, samples, { measure: 'memory', by: 'part', ticksPerStep: 6 }).map(({ limit }) => limit)).toEqual([100, 100, 64])
  })

  it('are the largest, with all others together as one', () => {
    const series = Array.from({ length: 6 }, (_, index) => info(index + 1, 'cpu', { serviceId: `svc_${index + 1}` }))
    const lines = answer(series, series.flatMap(({ id }) => every(id, 0, 6, id)), { measure: 'cpu', by: 'service', ticksPerStep: 6, most: 3 })
    expect(lines.map(({ labels, points }) => [labels, points[0]])).toEqual([[{ serviceId: 'svc_6' }, 6], [{ serviceId: 'svc_5' }, 5], [{ others: '4' }, 10]])
  })

  it('need the series that tell when traffic was measured', () => {
    expect([storedFor('cpu'), storedFor('errors'), storedFor('requests'), storedFor('db_cache_hits')]).toEqual([['cpu'], ['errors', 'requests'], ['requests'], ['db_lookups', 'db_misses']])
  })
})
