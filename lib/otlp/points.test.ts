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
    ['a summary is a level for each share', [{ name: 's', summary: { dataPoints: [point({ quantileValues: [{ quantile: 0.5, value: 2 }, { quantile: 0.99, value: -7 }] }), point()] } }], [2, -7], []],
    ['an exponential histogram has buckets on both sides of zero', [{ name: 'e', exponentialHistogram: { aggregationTemporality: 1, dataPoints: [point({ scale: 0, zeroCount: '3', positive: { offset: 1, bucketCounts: ['1', '0', '2'] }, negative: { bucketCounts: ['5'] } })] } }], [1, 2, 5, 3], []],
    ['a scale beyond what there is', [{ name: 'e', exponentialHistogram: { aggregationTemporality: 1, dataPoints: [point({ scale: 21 }), point({ scale: 0, positive: { bucketCounts: Array.from({ length: 1_001 }, () => 1) } })] } }], [], [['the buckets of an exponential histogram must be counts of a scale', 1], ['a histogram may have 1,000 buckets on each side', 1]]],
    ['buckets beside their bounds', [{ name: 'h', histogram: { aggregationTemporality: 1, dataPoints: [point({ explicitBounds: [1, 2], bucketCounts: [1, 2] }), point({ explicitBounds: [2, 1], bucketCounts: [1, 2, 3] })] } }], [], [['the buckets of a histogram must fit its bounds', 2]]],
    ['buckets that nothing fell into', [{ name: 'h', histogram: { aggregationTemporality: 1, dataPoints: [point({ explicitBounds: [1], bucketCounts: ['0', '4'] })] } }], [4], []],
    ['too many points', [{ name: 'g', gauge: { dataPoints: Array.from({ length: 10_001 }, () => point({ asInt: 1 })) } }], [], [['a request may hold 10,000 points', 10_001]]],
  ])('%s', (_name, metrics, values, rejected) => expect(told(metrics)).toEqual([values, rejected]))
})

it('exponential buckets are told between their bounds, in coarser ones where they are fine, and less what came before', () => {
  const totals = makeTotals(NOW - 60_000)
  const told = (scale: number, offset: number, bucketCounts: number[]) => {
    const dataPoints = [point({ startTimeUnixNano: nano(NOW - 1_000), scale, positive: { offset, bucketCounts } })]
    const request = MetricsRequest.parse({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'e', exponentialHistogram: { aggregationTemporality: 2, dataPoints } }] }] }] })
    const { samples } = samplesOf(request, { environmentId: 'env_1', serviceId: 'svc_1', totals, readMs: NOW })
    totals.keep(true)
    return samples.map((sample) => ('bounds' in sample ? [sample.bounds, sample.value] : []))
  }
  expect(told(3, 0, [1, 1, 1])).toEqual([['1..1.18921', 2], ['1.18921..1.41421', 1]])
  // More came below and above, in finer steps: only that is told.
  expect(told(3, -8, [4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 6])).toEqual([['0.5..0.594604', 4], ['1.41421..1.68179', 6]])
  // In coarser steps what was counted before lies in the same places.
  expect(told(0, -1, [4, 10])).toEqual([['1..2', 1]])
  // It began anew, finer again.
  expect(told(2, 0, [2])).toEqual([['1..1.18921', 2]])
})

it('attributes are bounded, and the same in any order', () => {
  expect(attributesText([['b', 2], ['a', 'x'], ['c', ['of', 'many']]])).toBe('a=x, b=2, c=["of","many"]')
  expect(attributesText(Array.from({ length: 30 }, (_, n) => [`key${n}`, 'v'.repeat(1_000)] as const)).length).toBeLessThan(10 * 110)
  expect(attributesText([['zero\0', 'by\0te']])).not.toContain('\0')
})
