import { describe, expect, it } from 'vitest'

import { tooltipPlace, type Side } from './tooltip-place'

const room = { width: 400, height: 300 }
const size = { width: 100, height: 20 }
const at = (left: number, top: number, side: Side) => tooltipPlace({ left, top, width: 32, height: 32 }, size, { side, room })

describe('words beside a control', () => {
  it('stand in its middle on the wanted side', () => {
    expect(at(200, 100, 'top')).toEqual({ left: 166, top: 74 })
    expect(at(200, 100, 'bottom')).toEqual({ left: 166, top: 138 })
    expect(at(200, 100, 'right')).toEqual({ left: 238, top: 106 })
    expect(at(200, 100, 'left')).toEqual({ left: 94, top: 106 })
  })

  it('go to the other side where there is no room', () => {
    expect(at(200, 4, 'top').top).toBe(42)
    expect(at(200, 264, 'bottom').top).toBe(238)
  })

  it('never leave the window', () => {
    expect(at(0, 100, 'top').left).toBe(8)
    expect(at(368, 100, 'top').left).toBe(292)
  })
})
