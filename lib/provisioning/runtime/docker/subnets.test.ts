import { expect, test } from 'vitest'

import { freeSubnets } from './subnets'

const ask = (fields: Partial<Parameters<typeof freeSubnets>[0]>) => [...freeSubnets({ pool: '10.200.0.0/22', prefix: 24, seed: 'a', taken: [], ...fields })]

test('every subnet of the pool is offered once', () => {
  expect(ask({}).sort()).toEqual(['10.200.0.0/24', '10.200.1.0/24', '10.200.2.0/24', '10.200.3.0/24'])
})

test('the order depends on the seed alone', () => {
  expect(ask({})).toEqual(ask({}))
  expect(new Set(Array.from({ length: 20 }, (_, seed) => ask({ seed: String(seed) })[0])).size).toBeGreaterThan(1)
})

test.each([
  [['10.200.1.0/24'], ['10.200.0.0/24', '10.200.2.0/24', '10.200.3.0/24']],
  [['10.200.2.16/28', '10.200.3.255/32'], ['10.200.0.0/24', '10.200.1.0/24']],
  [['10.200.0.0/23'], ['10.200.2.0/24', '10.200.3.0/24']],
  [['10.0.0.0/8'], []],
  [['192.168.0.0/16', 'fd00::/64'], ['10.200.0.0/24', '10.200.1.0/24', '10.200.2.0/24', '10.200.3.0/24']],
])('what overlaps %j is left out', (taken, left) => {
  expect(ask({ taken }).sort()).toEqual(left)
})

test('a pool that is too small has none', () => {
  expect(ask({ pool: '10.200.0.0/28' })).toEqual([])
})
