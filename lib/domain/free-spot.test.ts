import { describe, expect, test } from 'vitest'

import { freeSpot, spotBelow } from './free-spot'

describe('a free spot', () => {
  test.each([
    ['an empty canvas', [], { x: 0, y: 0 }],
    ['one node', [{ x: 10, y: 20 }], { x: 394, y: 20 }],
    ['several nodes', [{ x: 500, y: -40 }, { x: -900, y: 900 }], { x: 884, y: -40 }],
  ])('on %s', (_, nodes, expected) => {
    expect(freeSpot(nodes)).toEqual(expected)
  })
})

describe('the spot below a node', () => {
  const node = { x: 480, y: 0 }
  test.each([
    ['is right below it', [node], { x: 480, y: 144 }],
    ['is below what is there already', [node, { x: 480, y: 200 }, { x: 300, y: 344 }], { x: 480, y: 576 }],
    ['is not kept by what stands aside', [node, { x: 0, y: 144 }], { x: 480, y: 144 }],
  ])('%s', (_, nodes, expected) => {
    expect(spotBelow(node, nodes)).toEqual(expected)
  })
})
