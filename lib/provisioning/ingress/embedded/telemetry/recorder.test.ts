import { expect, test } from 'vitest'

import { route } from '../../conformance/stage'
import type { Route } from '../../table'
import { indexRoutes } from '../route-index'
import { lineBuffer } from './line-buffer'
import { recorder, type Ended } from './recorder'
import { tally } from './tally'

const ended = (over: Partial<Ended> = {}): Ended => ({ serviceId: 'svc_a', deploymentId: 'dep_a', replica: '0', method: 'GET', target: '/orders/1', status: 200, outcome: 'answered', durationMs: 5, firstByteMs: 4, bytesIn: 1, bytesOut: 2, client: '::ffff:10.0.0.7', requestId: 'req_1', caller: null, ...over })

function recorderAt(limits = { perSecond: 3, lines: 10, characters: 1e6 }, routes: Route[] = [route({}), route({ serviceId: 'svc_b', hosts: [] })]) {
  const clock = { now: 1_000_000 }
  const made = recorder({ index: () => indexRoutes({ version: 1, routes }), now: () => clock.now, limits, onTrouble: (cause) => { throw cause } })
  return { ...made, clock, many: (count: number, over: Partial<Ended> = {}) => Array.from({ length: count }, () => made.record(ended(over))) }
}

test('a flood of one service is cut to so many lines a second, with what was left out told; errors and others keep their share', () => {
  const now = recorderAt()
  now.many(1_000)
  now.many(2, { status: 500 })
  now.many(2, { serviceId: 'svc_b' })
  const portion = now.take(null)
  expect(portion.lines.map(({ serviceId, status }) => [serviceId, status])).toEqual([...Array.from({ length: 3 }, () => ['svc_a', 200]), ...Array.from({ length: 2 }, () => ['svc_a', 500]), ['svc_b', 200], ['svc_b', 200]])
  expect(portion.dropped).toEqual([{ serviceId: 'svc_a', from: 1_000_000, until: 1_000_000, lines: 997 }])
  // Lines are left out, counts never are.
  expect(portion.counts.reduce((sum, { requests }) => sum + requests, 0)).toBe(1_004)
  now.clock.now += 1_000
  now.many(3)
  expect(now.take(portion)).toMatchObject({ lines: [{}, {}, {}], dropped: [] })
})

test('what nobody fetches stays within bounds, and says what is missing', () => {
  const now = recorderAt({ perSecond: 100, lines: 10, characters: 1e6 })
  for (let second = 0; second < 50; second++) {
    now.clock.now += 1_000
    now.many(5, { target: `/${'x'.repeat(1_000)}` })
  }
  const portion = now.take(null)
  expect(portion.lines).toHaveLength(10)
  expect(portion.dropped).toMatchObject([{ lines: 240, from: 1_003_000, until: 1_050_000 }])
  expect(portion.counts.reduce((sum, { requests }) => sum + requests, 0)).toBe(250)
})

test('so many characters and no more', () => {
  const buffer = lineBuffer({ perSecond: 1e6, lines: 1e6, characters: 10_000 })
  const now = recorderAt()
  now.record(ended())
  const line = now.take(null).lines[0]!
  for (let i = 0; i < 1_000; i++) buffer.add({ serviceId: 'svc_a', isError: false, at: 0 }, () => ({ ...line, path: 'x'.repeat(1_000) }))
  const { lines, dropped } = buffer.take(1e6)
  expect(lines.length).toBeLessThan(10)
  expect(dropped[0]!.lines).toBe(1_000 - lines.length)
  // Once fetched, there is room again.
  buffer.add({ serviceId: 'svc_a', isError: false, at: 0 }, () => line)
  expect(buffer.take(1).lines).toHaveLength(1)
})

test('beyond so many headings, requests are counted under fewer, and none is lost', () => {
  const counts = tally<{ key: string }>(({ key }) => key, () => ({ key: 'other' }), { series: 5, steps: 3 })
  for (let i = 0; i < 100; i++) counts.add({ key: `k${i}` }, { firstByteMs: 1, isError: false, bytesIn: 0, bytesOut: 0 }, 0)
  const taken = counts.take()
  expect(taken).toHaveLength(6)
  expect(taken.reduce((sum, { requests }) => sum + requests, 0)).toBe(100)
  expect(counts.take()).toEqual([])
})

test('beyond so many steps, requests are counted in the last of them', () => {
  const counts = tally<{ key: string }>(({ key }) => key, (same) => same, { series: 100, steps: 3 })
  for (let i = 0; i < 10; i++) counts.add({ key: 'a' }, { firstByteMs: 1, isError: false, bytesIn: 0, bytesOut: 0 }, i * 5_000)
  expect(counts.take().map(({ at, requests }) => [at, requests])).toEqual([[0, 1], [5_000, 1], [10_000, 8]])
})

test('a client is told as an address of the kind that it is', () => {
  const now = recorderAt()
  now.record(ended())
  expect(now.take(null).lines[0]).toMatchObject({ client: '10.0.0.7' })
})

test('a request that cannot be written down is no trouble of whoever asked', () => {
  const troubles: unknown[] = []
  const { record } = recorder({ index: () => { throw new Error('no table') }, onTrouble: (cause) => troubles.push(cause) })
  expect(() => record(ended())).not.toThrow()
  expect(troubles).toHaveLength(1)
})

test('requests of a service to another are told as a link; those whose caller is not known are told as such', () => {
  const now = recorderAt()
  now.many(2, { caller: 'svc_b' })
  now.many(1, { caller: '' })
  now.many(4)
  expect(now.take(null).links).toMatchObject([{ from: 'svc_b', to: 'svc_a', requests: 2 }, { from: '', to: 'svc_a', requests: 1 }])
})
