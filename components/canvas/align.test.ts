import { expect, it } from 'vitest'

import { aligned, distributed, type Alignment, type Box } from './align'

const boxes: Box[] = [
  { id: 'a', x: 0, y: 10, width: 100, height: 50 },
  { id: 'b', x: 200, y: 0, width: 60, height: 50 },
  { id: 'c', x: 400, y: 300, width: 100, height: 100 },
]

it.each([
  ['left', [0, 10], [0, 0], [0, 300]],
  ['centre', [200, 10], [220, 0], [200, 300]],
  ['right', [400, 10], [440, 0], [400, 300]],
  ['top', [0, 0], [200, 0], [400, 0]],
  ['middle', [0, 175], [200, 175], [400, 150]],
  ['bottom', [0, 350], [200, 350], [400, 300]],
] as [Alignment, ...number[][]][])('aligns by the %s', (alignment, a, b, c) => {
  const at = ([x, y]: number[]) => ({ x, y })
  expect(aligned(boxes, alignment)).toEqual({ a: at(a!), b: at(b!), c: at(c!) })
})

it('leaves the same room between boxes, and the outermost where they are', () => {
  expect(distributed(boxes, 'across')).toEqual({ a: { x: 0, y: 10 }, b: { x: 220, y: 0 }, c: { x: 400, y: 300 } })
  // From 0 to 400 with 200 of boxes: 100 between.
  expect(distributed(boxes, 'down')).toEqual({ b: { x: 200, y: 0 }, a: { x: 0, y: 150 }, c: { x: 400, y: 300 } })
})

it('leaves two as they are', () => {
  expect(distributed(boxes.slice(0, 2), 'across')).toEqual({ a: { x: 0, y: 10 }, b: { x: 200, y: 0 } })
})
