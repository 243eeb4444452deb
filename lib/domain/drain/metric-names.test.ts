import { expect, it } from 'vitest'

import { STORED } from '../metric/measure'
import { keptLatencies, latencyBucket } from '../latency-histogram'
import { BOUNDS_S, METRIC_NAMES, attributesOf, boundOf } from './metric-names'

it('tells levels as levels and counts as counts', () => {
  for (const [measure, { as }] of Object.entries(METRIC_NAMES)) expect([measure, as === 'counter']).toEqual([measure, STORED[measure as keyof typeof METRIC_NAMES].kind === 'count'])
})

it('puts a time into the bucket that it is in', () => {
  expect(BOUNDS_S).toEqual([...BOUNDS_S].sort((a, b) => a - b))
  for (let ms = 0.1; ms < 2_000_000; ms *= 1.07) {
    const [kept] = keptLatencies({ [latencyBucket(ms)]: 1 })[0]!
    const bound = boundOf(String(kept))
    const upper = BOUNDS_S[bound]
    if (upper === undefined) expect(ms / 1_000).toBeGreaterThan(BOUNDS_S.at(-1)! / 1.0001)
    else expect(ms / 1_000).toBeLessThanOrEqual(upper * 1.0001)
    // What is kept may be one bucket of a fourth root of two too high.
    if (bound > 0) expect(ms / 1_000).toBeGreaterThan(BOUNDS_S[bound - 1]! / 2 ** 0.251)
  }
})

it('tells method and route apart', () => {
  expect(attributesOf({ status: '5xx', route: 'GET /users/:id', volumeId: null }, undefined)).toEqual({ 'easel.http.status_class': '5xx', 'http.request.method': 'GET', 'http.route': '/users/:id' })
  expect(attributesOf({ status: null, route: 'other', volumeId: 'vol_1' }, 'data')).toEqual({ 'http.route': 'other', 'easel.volume.id': 'vol_1', 'easel.volume.name': 'data' })
})
