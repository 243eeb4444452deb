export type Spot = { x: number; y: number }

/** Between the upper edges of a node and of what hangs below it. */
export const BELOW = 144
/** A node with the room around it, in which no other may stand. */
const ROOM = { x: 288, y: 128 }
const MOST_TRIES = 500

type Ground = { taken: readonly Spot[]; /** Around which it is wanted. */ middle: Spot | null; /** Right of everything. */ free: Spot }

/** How far a block of nodes is moved from where it was laid out, so that it covers nothing: around a place, or further down. */
export function blockAt(block: readonly Spot[], { taken, middle, free }: Ground): Spot {
  if (middle === null) return free
  const width = Math.max(0, ...block.map(({ x }) => x))
  const height = Math.max(0, ...block.map(({ y }) => y))
  const start = { x: Math.round(middle.x - width / 2), y: Math.round(middle.y - height / 2) }
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const move = { x: start.x, y: start.y + tries * BELOW }
    if (!block.some(({ x, y }) => taken.some((node) => Math.abs(node.x - x - move.x) < ROOM.x && Math.abs(node.y - y - move.y) < ROOM.y))) return move
  }
  return free
}
