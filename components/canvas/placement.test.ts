import { describe, expect, it } from 'vitest'

import { NODE_HEIGHT, NODE_WIDTH } from './flow-node'
import { freePlace } from './free-place'
import { neighbour, reveal, snap, step } from './placement'

const covers = (a: { x: number; y: number }, b: { x: number; y: number }) => Math.abs(a.x - b.x) < NODE_WIDTH && Math.abs(a.y - b.y) < NODE_HEIGHT

describe('snap', () => {
  it('takes the nearest point of the grid, negative ones included', () => expect(snap({ x: -17, y: 5 })).toEqual({ x: -24, y: 0 }))
})

describe('freePlace', () => {
  it('takes the wanted place when it is free', () => expect(freePlace({ x: 120, y: 240 }, [])).toEqual({ x: 120, y: 240 }))

  it('never covers another node, however many are added at one place', () => {
    const taken: { x: number; y: number }[] = []
    for (let count = 0; count < 60; count++) {
      const place = freePlace({ x: 0, y: 0 }, taken)
      expect(taken.some((other) => covers(other, place))).toBe(false)
      taken.push(place)
    }
  })
})

describe('reveal', () => {
  const whole = { x: 0, y: 0, zoom: 1 }
  it('leaves a visible node alone', () => expect(reveal({ x: 100, y: 100 }, whole, { width: 800, height: 600 })).toBeNull())
  it('moves a node out from under the panel', () => expect(reveal({ x: 700, y: 100 }, whole, { width: 740, height: 600 })).toEqual({ x: -248, y: 0, zoom: 1 }))
  it('shows the left edge where there is too little room', () => expect(reveal({ x: 700, y: 100 }, whole, { width: 200, height: 600 })).toEqual({ x: -676, y: 0, zoom: 1 }))
})

describe('neighbour', () => {
  const web = { id: 'web', x: 0, y: 0 }
  const api = { id: 'api', x: 400, y: 40 }
  const far = { id: 'far', x: 300, y: 500 }
  it('goes to what lies ahead rather than to what is near but aside', () => expect(neighbour(web, 'right', [api, far])).toBe(api))
  it('finds nothing beyond the edge', () => expect(neighbour(web, 'left', [api, far])).toBeNull())
})

describe('a step', () => {
  const others = [{ id: 'near', x: 300, y: 0 }, { id: 'linked', x: 900, y: 400 }, { id: 'behind', x: -900, y: 0 }]
  const from = { id: 'here', x: 0, y: 0 }

  it('goes along a link before it goes to what is nearer', () => {
    expect(step(from, 'right', { others, linked: new Set(['linked', 'behind']) })?.id).toBe('linked')
  })

  it('goes to the nearest where no link leads that way', () => {
    expect(step(from, 'right', { others, linked: new Set(['behind']) })?.id).toBe('near')
    expect(step(from, 'up', { others, linked: new Set() })).toBeNull()
  })
})
