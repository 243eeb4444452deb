import { expect, it } from 'vitest'

import { frameAround } from './frame'

it('is around all nodes, with room for a title above them', () => {
  expect(frameAround([{ x: 0, y: 0 }, { x: -300, y: 200 }], { width: 200, height: 100 })).toEqual({ x: -324, y: -48, width: 548, height: 372 })
})

it('is around nothing when there is nothing', () => {
  expect(frameAround([])).toBeNull()
})
