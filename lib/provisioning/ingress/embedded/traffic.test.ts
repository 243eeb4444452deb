import { expect, test } from 'vitest'

import { route } from '../conformance/stage'
import { LATENCY_BOUNDS_MS, type Route } from '../table'
import { indexRoutes } from './route-index'
import { trafficCounters } from './traffic'

const target = { host: '127.0.0.1', port: 1, deploymentId: 'dep_a' }
const MINUTE = 60_000

function countersAt(first: Route[]) {
  let now = 1_000_000
  let index = indexRoutes({ version: 1, routes: first })
  const counters = trafficCounters(() => index, () => now)
  return {
    ...counters,
    pass: (ms: number) => void (now += ms),
    publish(...routes: Route[]) {
      index = indexRoutes({ version: 2, routes })
      counters.follow()
    },
    names: () => ({ services: Object.keys(counters.read().services), deployments: Object.keys(counters.read().deployments) }),
  }
}

test.each([
  [0, 0],
  [2, 0],
  [2.5, 1],
  [10_000, LATENCY_BOUNDS_MS.length - 1],
  [10_001, LATENCY_BOUNDS_MS.length],
])('%d ms are counted in bucket %d', (ms, bucket) => {
  const counters = countersAt([route({ targets: [target] })])
  counters.answered(target, { status: 200, ms })
  expect(counters.read().deployments['dep_a']!.buckets.indexOf(1)).toBe(bucket)
})

test('what is taken back twice is taken back once', () => {
  const counters = countersAt([route({ targets: [target] })])
  const ends = [counters.carry(target), counters.carry(target), counters.open('svc_a'), counters.hold('svc_a')]
  ends[0]!()
  ends[0]!()
  expect(counters.read()).toMatchObject({ targets: { '127.0.0.1:1': 1 }, services: { svc_a: { open: 1, held: 1 } } })
  for (const end of [...ends, ...ends]) end()
  expect(counters.read()).toMatchObject({ targets: {}, services: { svc_a: { open: 0, held: 0 } } })
})

test('what the table no longer has is forgotten ten minutes after the last of it has ended', () => {
  const counters = countersAt([route({ targets: [target] })])
  counters.arrived('svc_a')
  const ends = [counters.open('svc_a'), counters.carry(target)]
  counters.answered(target, { status: 200, ms: 1 })
  counters.pass(60 * MINUTE)
  counters.publish()
  counters.pass(60 * MINUTE)
  expect(counters.names()).toEqual({ services: ['svc_a'], deployments: ['dep_a'] })
  for (const end of ends) end()
  counters.pass(9 * MINUTE)
  expect(counters.names()).toEqual({ services: ['svc_a'], deployments: ['dep_a'] })
  counters.pass(MINUTE)
  expect(counters.names()).toEqual({ services: [], deployments: [] })
})

test('what was quiet long before it left the table is kept for ten minutes as well', () => {
  const counters = countersAt([route({ targets: [target] })])
  counters.answered(target, { status: 200, ms: 1 })
  counters.pass(60 * MINUTE)
  counters.publish(route({ targets: [] }))
  counters.pass(9 * MINUTE)
  expect(counters.names()).toEqual({ services: ['svc_a'], deployments: ['dep_a'] })
  counters.pass(MINUTE)
  expect(counters.names()).toEqual({ services: ['svc_a'], deployments: [] })
})

test('a target of no known deployment is counted only while something is open there', () => {
  const unknown = { ...target, deploymentId: '' }
  const counters = countersAt([route({ targets: [unknown] })])
  counters.carry(unknown)
  counters.answered(unknown, { status: 200, ms: 1 })
  expect(counters.read()).toMatchObject({ targets: { '127.0.0.1:1': 1 }, deployments: {} })
})
