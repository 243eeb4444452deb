export type Point = { x: number; y: number }

/** Size of a service node on the canvas. */
export const NODE_WIDTH = 264
export const NODE_HEIGHT = 104

const PADDING = 48
/** A canvas with one node is not blown up: the picture shows at least this much of the plane. */
const LEAST_WIDTH = 900

/** The part of the plane a miniature shows: all nodes, centred, in the given proportion (width / height). */
export function miniatureBox(nodes: readonly Point[], proportion: number): { x: number; y: number; width: number; height: number } {
  if (nodes.length === 0) return { x: 0, y: 0, width: LEAST_WIDTH, height: LEAST_WIDTH / proportion }
  const left = Math.min(...nodes.map((node) => node.x)) - PADDING
  const right = Math.max(...nodes.map((node) => node.x)) + NODE_WIDTH + PADDING
  const top = Math.min(...nodes.map((node) => node.y)) - PADDING
  const bottom = Math.max(...nodes.map((node) => node.y)) + NODE_HEIGHT + PADDING
  const width = Math.max(right - left, (bottom - top) * proportion, LEAST_WIDTH)
  const height = width / proportion
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height }
}

/** The way of a link between two nodes: side to side when they stand apart, otherwise straight from centre to centre. */
export function linkPath(from: Point, to: Point): string {
  const forward = to.x >= from.x + NODE_WIDTH
  const backward = from.x >= to.x + NODE_WIDTH
  const fromY = from.y + NODE_HEIGHT / 2
  const toY = to.y + NODE_HEIGHT / 2
  if (!forward && !backward) return `M${from.x + NODE_WIDTH / 2} ${fromY}V${(fromY + toY) / 2}H${to.x + NODE_WIDTH / 2}V${toY}`
  const fromX = forward ? from.x + NODE_WIDTH : from.x
  const toX = forward ? to.x : to.x + NODE_WIDTH
  return `M${fromX} ${fromY}H${(fromX + toX) / 2}V${toY}H${toX}`
}

/** How one node is drawn when a pixel of the screen is `unit` of the plane. */
export type NodeDrawing = { unit: number; radius: number; mark: { x: number; size: number }; /** The bar in place of a name; null where there is no room for one beside the mark. */ name: { x: number; width: number; height: number } | null }

const MARK_PX = 10
const GAP_PX = 8
const NAME_PX = 3.5
/** A shorter bar would be taken for a dot. */
const LEAST_NAME_PX = 10

/** Mark and name bar keep their size on the screen while the node has room for them. */
export function miniatureNode(unit: number): NodeDrawing {
  const radius = Math.min(4 * unit, NODE_HEIGHT / 5)
  const gap = GAP_PX * unit
  const size = Math.min(MARK_PX * unit, NODE_HEIGHT * 0.72)
  const room = NODE_WIDTH - 3 * gap - size
  if (room < LEAST_NAME_PX * unit) return { unit, radius, mark: { x: (NODE_WIDTH - size) / 2, size }, name: null }
  return { unit, radius, mark: { x: NODE_WIDTH - gap - size, size }, name: { x: gap, width: Math.min(room, NODE_WIDTH * 0.5), height: NAME_PX * unit } }
}
