import { expect, test } from 'vitest'

import type { LinkTraffic, ServiceTraffic } from '@/lib/contract/traffic'

import { curvePath, driftSeconds, receiveTraffic } from './draw-traffic'
import { createCanvasStore } from './store'
import { linkKey } from './traffic'

const figures = { requestsPerSecond: 1, errorShare: 0, p95Ms: 8 }
const service = (serviceId: string, over: Partial<ServiceTraffic> = {}) => ({ serviceId, ...figures, curve: Array.from({ length: 60 }, () => 1), ...over }) as ServiceTraffic
const link = (from: string, to: string, over: Partial<LinkTraffic> = {}) => ({ from, to, ...figures, ...over }) as LinkTraffic
const empty = () => createCanvasStore({ environmentId: 'env_1', nodes: [], volumes: [], groups: [], links: [], shared: '' } as unknown as Parameters<typeof createCanvasStore>[0])

test('what is told again as it was stays the same thing, so nothing of it is drawn anew', () => {
  const store = empty()
  receiveTraffic(store, { services: [service('svc_a'), service('svc_b')], links: [link('svc_a', 'svc_b')] })
  const before = store.getState().traffic
  receiveTraffic(store, { services: [service('svc_a'), service('svc_b', { requestsPerSecond: 2 })], links: [link('svc_a', 'svc_b')] })
  const { services, links } = store.getState().traffic
  expect(services['svc_a']).toBe(before.services['svc_a'])
  expect(services['svc_b']).toMatchObject({ rate: '2/s', p95: '8 ms', isErring: false })
  expect(links[linkKey('svc_a', 'svc_b')]).toBe(before.links[linkKey('svc_a', 'svc_b')])
})

test('what is told no more is gone', () => {
  const store = empty()
  receiveTraffic(store, { services: [service('svc_a')], links: [link('svc_a', 'svc_b')] })
  receiveTraffic(store, { services: [], links: [] })
  expect(store.getState().traffic).toEqual({ services: {}, links: {} })
})

test('a link is found by its direction', () => {
  const store = empty()
  receiveTraffic(store, { services: [], links: [link('svc_a', 'svc_b')] })
  expect(store.getState().traffic.links[linkKey('svc_b', 'svc_a')]).toBeUndefined()
})

test('dashes drift faster with more requests, within bounds', () => {
  const speeds = [0.1, 1, 10, 100, 1_000, 1e9].map(driftSeconds)
  expect(speeds).toEqual(speeds.toSorted((a, b) => b - a))
  expect(speeds[0]).toBeLessThanOrEqual(4)
  expect(speeds.at(-1)).toBe(0.6)
})

test('a curve fills its box, and nothing is no curve', () => {
  expect(curvePath([0, 5, 10], { width: 20, height: 10 })).toBe('M0 10L10 5L20 0')
  expect(curvePath([0, 0], { width: 20, height: 10 })).toBeNull()
})
