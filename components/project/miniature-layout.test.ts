import { describe, expect, it } from 'vitest'

import { linkPath, miniatureBox, miniatureNode, NODE_HEIGHT, NODE_WIDTH } from './miniature-layout'

describe('miniatureBox', () => {
  it.each([
    ['one node', [{ x: 0, y: 0 }]],
    ['far apart', [{ x: -5000, y: 20 }, { x: 4000, y: -900 }]],
    ['a tall column', [{ x: 10, y: 0 }, { x: 10, y: 3000 }]],
  ])('shows every node whole and keeps the proportion: %s', (_, nodes) => {
    const box = miniatureBox(nodes, 2)
    expect(box.width / box.height).toBeCloseTo(2)
    for (const node of nodes) {
      expect(node.x).toBeGreaterThan(box.x)
      expect(node.y).toBeGreaterThan(box.y)
      expect(node.x + NODE_WIDTH).toBeLessThan(box.x + box.width)
      expect(node.y + NODE_HEIGHT).toBeLessThan(box.y + box.height)
    }
  })

  it('does not blow up a single node', () => {
    expect(NODE_WIDTH / miniatureBox([{ x: 0, y: 0 }], 2).width).toBeLessThan(0.35)
  })
})

describe('linkPath', () => {
  it('leaves on the side that faces the other node', () => {
    expect(linkPath({ x: 0, y: 0 }, { x: 464, y: 0 })).toBe('M264 52H364V52H464')
    expect(linkPath({ x: 464, y: 0 }, { x: 0, y: 0 })).toBe('M464 52H364V52H264')
  })

  it('goes from centre to centre when one stands above the other', () => {
    expect(linkPath({ x: 0, y: 0 }, { x: 100, y: 300 })).toBe('M132 52V202H232V352')
  })
})

describe('miniatureNode', () => {
  it.each([1, 2.7, 4, 6, 9, 14, 30])('keeps mark and name inside the node and apart, at %d units a pixel', (unit) => {
    const { mark, name } = miniatureNode(unit)
    expect(mark.x).toBeGreaterThan(0)
    expect(mark.x + mark.size).toBeLessThanOrEqual(NODE_WIDTH)
    expect(mark.size).toBeLessThan(NODE_HEIGHT)
    if (name !== null) expect(name.x + name.width).toBeLessThan(mark.x)
  })
})
