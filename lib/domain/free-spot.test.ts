import { expect, test } from 'vitest'

import { freeSpot } from './free-spot'

test.each([
  ['an empty canvas', [], { x: 0, y: 0 }],
  ['one node', [{ x: 10, y: 20 }], { x: 394, y: 20 }],
  ['several nodes', [{ x: 500, y: -40 }, { x: -900, y: 900 }], { x: 884, y: -40 }],
])('on %s', (_, nodes, expected) => {
  expect(freeSpot(nodes)).toEqual(expected)
})
