import { describe, expect, it } from 'vitest'

import { attributesText, samplesOf } from './points'
import { MetricsRequest } from './request'
import { makeTotals } from './totals'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const nano = (ms: number) => `${ms}000000`
const take = (metrics: unknown[], resource: unknown = {}) => samplesOf(MetricsRequest.parse({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }), { environmentId: 'env_1', serviceId: 'svc_1', totals: makeTotals(NOW - 60_000), readMs: NOW })
const told = (metrics: unknown[]) => {
  const { samples, rejected } = take(metrics)
  return [samples.map((sample) => ('value' in sample ? sample.value : null)), [...rejected.entries()]]
}
const point = (over: object = {}) => ({ timeUnixNano: nano(NOW), ...over })

describe('points', () => {
  it('are samples with the labels that tell them apart', () => {
    const replica = { attributes: [{ key: 'easel.replica', value: { stringValue: '2' } }] }
    const gauge = [{ name: 'depth', unit: '{job}', gauge: { dataPoints: [point({ asDouble: 1.5, attributes: [{ key: 'queue', value: { stringValue: 'mail' } }] })] } }]
    expect(take(gauge, replica).samples).toEqual([{ measure: 'own_level', at: new Date(NOW), value: 1.5, labels: { environmentId: 'env_1', serviceId: 'svc_1', name: 'depth', unit: '{job}', attributes: 'queue=mail', part: '2' } }])
    const sum = [{ name: 'done', sum: { isMonotonic: true, aggregationTemporality: 1, dataPoints: [point({ asInt: '3' })] } }]
    expect(take(sum, replica).samples[0]!.labels).not.toHaveProperty('part')
  })

  it('bear their own time where that is plausible', () => {
    const times = [NOW - 120_000, NOW - 2 * 3_600_000, NOW + 3_600_000, 0]
    const { samples } = take([{ name: 'g', gauge: { dataPoints: times.map((ms) => ({ timeUnixNano: nano(ms), asDouble: 1 })) } }])
    expect(samples.map(({ at }) => at.getTime())).toEqual([NOW - 120_000, NOW, NOW, NOW])
  })

  it.each([
    ['a level below zero is a level', [{ name: 'g', gauge: { dataPoints: [point({ asDouble: -4 })] } }], [-4], []],
    ['a gauge without a number is none', [{ name: 'g', gauge: { dataPoints: [point(), point({ asDouble: 'NaN' }), point({ asInt: 1, flags: 1 })] } }], [], []],
    ['a sum that falls too is a level', [{ name: 's', sum: { aggregationTemporality: 2, dataPoints: [point({ asInt: '-7' })] } }], [-7], []],
    ['its differences are nothing to know it by', [{ name: 's', sum: { aggregationTemporality: 1, dataPoints: [point({ asInt: 1 })] } }], [], [['sums that rise and fall must be cumulative', 1]]],
    ['what only rises is not below zero', [{ name: 's', sum: { isMonotonic: true, aggregationTemporality: 1, dataPoints: [point({ asInt: -1 })] } }], [], [['what only rises may not be below zero', 1]]],
    ['a sum of no kind', [{ name: 's', sum: { isMonotonic: true, dataPoints: [point({ asInt: 1 })] } }], [], [['sums must be delta or cumulative', 1]]],
    ['no name', [{ gauge: { dataPoints: [point({ asInt: 1 })] } }], [], [['a metric must have a name', 1]]],
    ['summaries', [{ name: 's', summary: { dataPoints: [{}, {}] } }], [], [['summaries are not kept: use histograms', 2]]],
    ['buckets beside their bounds', [{ name: 'h', histogram: { aggregationTemporality: 1, dataPoints: [point({ explicitBounds: [1, 2], bucketCounts: [1, 2] }), point({ explicitBounds: [2, 1], bucketCounts: [1, 2, 3] })] } }], [], [['the buckets of a histogram must fit its bounds', 2]]],
    ['buckets that nothing fell into', [{ name: 'h', histogram: { aggregationTemporality: 1, dataPoints: [point({ explicitBounds: [1], bucketCounts: ['0', '4'] })] } }], [4], []],
    ['too many points', [{ name: 'g', gauge: { dataPoints: Array.from({ length: 10_001 }, () => point({ asInt: 1 })) } }], [], [['a request may hold 10,000 points', 10_001]]],
  ])('%s', (_name, metrics, values, rejected) => expect(told(metrics)).toEqual([values, rejected]))
})

it('attributes are bounded, and the same in any order', () => {
  expect(attributesText([['b', 2], ['a', 'x'], ['c', ['of', 'many']]])).toBe('a=x, b=2, c=["of","many"]')
  expect(attributesText(Array.from({ length: 30 }, (_, n) => [`key${n}`, 'v'.repeat(1_000)] as const)).length).toBeLessThan(10 * 110)
  expect(attributesText([['zero\0', 'by\0te']])).not.toContain('\0')
})
