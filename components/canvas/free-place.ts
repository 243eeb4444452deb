import { GRID, NODE_HEIGHT, NODE_WIDTH } from './flow-node'
import { snap, type Place } from './placement'

const GAP = 24

/** The place nearest to `wanted` where a node covers no other: rings of growing size are tried around it. */
export function freePlace(wanted: Place, taken: readonly Place[]): Place {
  const start = snap(wanted)
  const stepX = Math.ceil((NODE_WIDTH + GAP) / GRID) * GRID
  const stepY = Math.ceil((NODE_HEIGHT + GAP) / GRID) * GRID
  for (let ring = 0; ring <= taken.length; ring++) {
    const candidates = ringOf(ring).map(([column, row]) => ({ x: start.x + column * stepX, y: start.y + row * stepY }))
    const free = candidates.find((candidate) => taken.every((other) => Math.abs(other.x - candidate.x) >= stepX || Math.abs(other.y - candidate.y) >= stepY))
    if (free) return free
  }
  return start
}

/** The cells around the middle at one distance: below and right come first, as one reads. */
function ringOf(distance: number): [column: number, row: number][] {
  if (distance === 0) return [[0, 0]]
  const cells: [number, number][] = []
  for (let row = -distance; row <= distance; row++) {
    for (let column = -distance; column <= distance; column++) {
      if (Math.max(Math.abs(row), Math.abs(column)) === distance) cells.push([column, row])
    }
  }
  return cells.sort((a, b) => Math.hypot(a[0], a[1]) - Math.hypot(b[0], b[1]) || b[1] - a[1] || b[0] - a[0])
}
