import { GRID, NODE_HEIGHT, NODE_WIDTH } from './flow-node'

export type Place = { x: number; y: number }
export type Viewport = { x: number; y: number; zoom: number }

/** The nearest point of the grid. */
export function snap(place: Place): Place {
  return { x: Math.round(place.x / GRID) * GRID + 0, y: Math.round(place.y / GRID) * GRID + 0 }
}

/**
 * The viewport in which a node is wholly inside the visible part of the screen, moved as little as possible; null when it
 * already is. A part narrower than the node shows its left edge.
 */
export function reveal(node: Place, viewport: Viewport, visible: { width: number; height: number }): Viewport | null {
  const margin = 24
  const left = node.x * viewport.zoom + viewport.x
  const top = node.y * viewport.zoom + viewport.y
  const dx = shift(left, NODE_WIDTH * viewport.zoom, visible.width, margin)
  const dy = shift(top, NODE_HEIGHT * viewport.zoom, visible.height, margin)
  return dx === 0 && dy === 0 ? null : { x: viewport.x + dx, y: viewport.y + dy, zoom: viewport.zoom }
}

function shift(start: number, size: number, room: number, margin: number): number {
  if (start < margin || size + 2 * margin > room) return margin - start
  const excess = start + size + margin - room
  return excess > 0 ? -excess : 0
}

/** The neighbour along a link in a direction, or the nearest one where no link leads that way. */
export function step<T extends Place & { id: string }>(from: T, direction: Direction, { others, linked }: { others: readonly T[]; linked: ReadonlySet<string> }): T | null {
  return neighbour(from, direction, others.filter(({ id }) => linked.has(id))) ?? neighbour(from, direction, others)
}

export type Direction = 'left' | 'right' | 'up' | 'down'

/** The nearest node in a direction: what lies straight ahead counts nearer than what lies aside. */
export function neighbour<T extends Place>(from: Place, direction: Direction, others: readonly T[]): T | null {
  const ahead = (other: Place) => ({ left: from.x - other.x, right: other.x - from.x, up: from.y - other.y, down: other.y - from.y })[direction]
  const aside = (other: Place) => Math.abs(direction === 'left' || direction === 'right' ? other.y - from.y : other.x - from.x)
  const reachable = others.filter((other) => ahead(other) > 0)
  return reachable.sort((a, b) => ahead(a) + 2 * aside(a) - (ahead(b) + 2 * aside(b)))[0] ?? null
}
