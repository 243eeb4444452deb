type Place = { x: number; y: number }
export type Frame = Place & { width: number; height: number }

/** What a node takes on the canvas. */
export const NODE_SIZE = { width: 264, height: 104 }
/** Room between a frame and what it is around; the title stands in that above. */
export const FRAME_ROOM = { side: 24, above: 48 }
/** A frame with nothing in it. */
export const EMPTY_FRAME = { width: 600, height: 240 }

/** The frame around nodes; null around none. */
export function frameAround(places: readonly Place[], node = NODE_SIZE): Frame | null {
  if (places.length === 0) return null
  const left = Math.min(...places.map(({ x }) => x)) - FRAME_ROOM.side
  const top = Math.min(...places.map(({ y }) => y)) - FRAME_ROOM.above
  const right = Math.max(...places.map(({ x }) => x)) + node.width + FRAME_ROOM.side
  const bottom = Math.max(...places.map(({ y }) => y)) + node.height + FRAME_ROOM.side
  return { x: left, y: top, width: right - left, height: bottom - top }
}
