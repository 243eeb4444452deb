/** Distance between the left edges of neighbouring nodes. */
export const NODE_STEP = 384

/** A place on the canvas right of everything that is there, on the line of the node furthest right. */
export function freeSpot(nodes: readonly { x: number; y: number }[]): { x: number; y: number } {
  const last = nodes.reduce<{ x: number; y: number } | null>((right, node) => (right === null || node.x > right.x ? node : right), null)
  return last === null ? { x: 0, y: 0 } : { x: last.x + NODE_STEP, y: last.y }
}
