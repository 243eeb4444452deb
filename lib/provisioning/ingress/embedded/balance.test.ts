import { expect, test } from 'vitest'

import { route } from '../conformance/stage'
import { balance } from './balance'
import { indexRoutes, type Target } from './route-index'

const target = (port: number): Target => ({ host: '127.0.0.1', port, deploymentId: 'dep_a' })
const three = route({ targets: [target(1), target(2), target(3)] })

function turns() {
  let now = 0
  const made = balance(() => now)
  return { ...made, pass: (ms: number) => void (now += ms), firsts: (of = three, count = 6) => Array.from({ length: count }, () => made.order(of)[0]!.port) }
}

test('targets take turns, also from one table to the next', () => {
  const { firsts, follow } = turns()
  expect(firsts(three, 2)).toEqual([1, 2])
  follow(indexRoutes({ version: 2, routes: [three] }))
  expect(firsts(three, 4)).toEqual([3, 1, 2, 3])
})

test('one that refused is asked last for two seconds, and the others share its turns', () => {
  const { firsts, refused, order, pass } = turns()
  refused(target(2))
  expect(firsts()).toEqual([1, 3, 1, 3, 1, 3])
  expect(order(three).map(({ port }) => port)).toEqual([1, 3, 2])
  pass(1_999)
  expect(firsts()).not.toContain(2)
  pass(1)
  expect(firsts()).toContain(2)
})

test('those that all refused, or the only one, are asked all the same', () => {
  const { firsts, refused } = turns()
  for (const port of [1, 2, 3]) refused(target(port))
  expect(new Set(firsts())).toEqual(new Set([1, 2, 3]))
  expect(firsts(route({ targets: [target(1)] }), 1)).toEqual([1])
})
