type Place = { x: number; y: number }

/** Distance between the left edges of neighbouring nodes. */
export const NODE_STEP = 384
/** Distance between the upper edges of a node and of what hangs below it. */
const BELOW = 144
/** A node with the room around it, in which no other may stand. */
const ROOM = { x: 288, y: 128 }

/** A place on the canvas right of everything that is there, on the line of the node furthest right. */
export function freeSpot(nodes: readonly Place[]): Place {
  const last = nodes.reduce<Place | null>((right, node) => (right === null || node.x > right.x ? node : right), null)
  return last === null ? { x: 0, y: 0 } : { x: last.x + NODE_STEP, y: last.y }
}

/** The place below a node where nothing stands: right below it, or below what is there already. */
export function spotBelow({ x, y }: Place, nodes: readonly Place[]): Place {
  const covers = (spot: Place) => nodes.some((node) => Math.abs(node.x - spot.x) < ROOM.x && Math.abs(node.y - spot.y) < ROOM.y)
  let spot = { x, y: y + BELOW }
  while (covers(spot)) spot = { x, y: spot.y + BELOW }
  return spot
}
