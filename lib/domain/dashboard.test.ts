import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { COLUMNS, DEFAULT_WIDGETS, moved, rowBelow, settled, within, type Boxed } from './dashboard'

const places = (boxes: readonly Boxed[]) => Object.fromEntries(boxes.map(({ id, x, y, width, height }) => [id, [x, y, width, height]]))
const box = (id: string, [x, y, width, height]: [number, number, number, number]): Boxed => ({ id, x, y, width, height })

const some = fc.uniqueArray(
  fc.record({ id: fc.string({ minLength: 1, maxLength: 4 }), x: fc.integer({ min: -3, max: 14 }), y: fc.integer({ min: -2, max: 30 }), width: fc.integer({ min: 0, max: 15 }), height: fc.integer({ min: 0, max: 12 }) }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 12 },
)

const lie = (boxes: readonly Boxed[]) => boxes.filter((one, index) => boxes.some((other, at) => at > index && one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height))

describe('a dashboard', () => {
  it('has a default without a hole', () => {
    expect(places(settled(DEFAULT_WIDGETS))).toEqual(places(DEFAULT_WIDGETS))
  })

  it.each([
    ['what is moved onto another pushes it down', [box('a', [0, 0, 6, 3]), box('b', [0, 3, 6, 3])], 'b', { y: 0 }, { b: [0, 0, 6, 3], a: [0, 3, 6, 3] }],
    ['what is moved aside leaves a hole that is filled', [box('a', [0, 0, 6, 3]), box('b', [0, 3, 6, 3])], 'a', { x: 6 }, { a: [6, 0, 6, 3], b: [0, 0, 6, 3] }],
    ['what grows pushes only what is below it', [box('a', [0, 0, 6, 2]), box('b', [0, 2, 6, 2]), box('c', [6, 0, 6, 2])], 'a', { height: 4 }, { a: [0, 0, 6, 4], b: [0, 4, 6, 2], c: [6, 0, 6, 2] }],
    ['nothing leaves at the right', [box('a', [0, 0, 6, 3])], 'a', { x: 11 }, { a: [6, 0, 6, 3] }],
    ['nothing becomes too small to read', [box('a', [0, 0, 6, 3])], 'a', { width: 1, height: 1 }, { a: [0, 0, 3, 2] }],
    ['nothing hangs in the air', [box('a', [0, 0, 6, 3])], 'a', { y: 9 }, { a: [0, 0, 6, 3] }],
  ] as const)('%s', (_, boxes, id, to, expected) => {
    expect(places(moved(boxes, id, to))).toEqual(expected)
  })

  it('never has one widget on another, none outside and none lost, whatever is moved', () => {
    fc.assert(
      fc.property(some, fc.nat(), fc.record({ x: fc.integer({ min: -5, max: 20 }), y: fc.integer({ min: -5, max: 40 }) }), (boxes, pick, to) => {
        const after = moved(boxes, boxes[pick % boxes.length]!.id, to)
        expect(lie(after)).toEqual([])
        expect(after.filter(({ x, y, width }) => x < 0 || y < 0 || x + width > COLUMNS)).toEqual([])
        expect(after.map(({ id }) => id).sort()).toEqual(boxes.map(({ id }) => id).sort())
        expect(places(settled(after))).toEqual(places(after))
      }),
    )
  })

  it('puts what is new below', () => {
    expect(rowBelow([])).toBe(0)
    expect(rowBelow([box('a', [0, 0, 6, 3]), box('b', [6, 2, 6, 4])])).toBe(6)
  })

  it('takes only whole places', () => {
    expect(within({ x: 2.6, y: 1.2, width: 4.4, height: 2.5 })).toEqual({ x: 3, y: 1, width: 4, height: 3 })
  })
})
