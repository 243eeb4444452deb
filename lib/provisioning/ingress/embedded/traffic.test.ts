import { expect, test } from 'vitest'

import { route } from '../conformance/stage'
import type { Route } from '../table'
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
    services: () => Object.keys(counters.read().services),
  }
}

test('what is taken back twice is taken back once', () => {
  const counters = countersAt([route({ targets: [target] })])
  const ends = [counters.carry(target), counters.carry(target), counters.open('svc_a'), counters.hold('svc_a')]
  ends[0]!()
  ends[0]!()
  expect(counters.read()).toMatchObject({ targets: { '127.0.0.1:1': 1 }, services: { svc_a: { open: 1, held: 1 } } })
  expect(counters.active()).toEqual({ svc_a: 2 })
  for (const end of [...ends, ...ends]) end()
  expect(counters.read()).toMatchObject({ targets: {}, services: { svc_a: { open: 0, held: 0 } } })
  expect(counters.active()).toEqual({})
})

test('what the table no longer has is forgotten ten minutes after the last of it has ended', () => {
  const counters = countersAt([route({ targets: [target] })])
  counters.arrived('svc_a')
  const end = counters.open('svc_a')
  counters.pass(60 * MINUTE)
  counters.publish()
  counters.pass(60 * MINUTE)
  expect(counters.services()).toEqual(['svc_a'])
  end()
  counters.pass(9 * MINUTE)
  expect(counters.services()).toEqual(['svc_a'])
  counters.pass(MINUTE)
  expect(counters.services()).toEqual([])
})

test('what was quiet long before it left the table is kept for ten minutes as well, and one that comes back begins to be kept anew', () => {
  const counters = countersAt([route({ targets: [target] })])
  counters.arrived('svc_a')
  counters.pass(60 * MINUTE)
  counters.publish()
  counters.pass(9 * MINUTE)
  expect(counters.services()).toEqual(['svc_a'])
  counters.publish(route({}))
  counters.pass(60 * MINUTE)
  counters.publish()
  counters.pass(9 * MINUTE)
  expect(counters.services()).toEqual(['svc_a'])
  counters.pass(MINUTE)
  expect(counters.services()).toEqual([])
})
