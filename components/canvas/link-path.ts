import { Position } from '@xyflow/react'

import { NODE_HEIGHT, NODE_WIDTH } from './flow-node'
import type { Place } from './placement'

export type Ends = { sourceX: number; sourceY: number; sourcePosition: Position; targetX: number; targetY: number; targetPosition: Position }

/** Room that an orthogonal line with round corners needs between two sides. */
const LEAST_GAP = 48

/** On which sides a link leaves one node and reaches the other: those that face each other. */
export function linkEnds(from: Place, to: Place): Ends {
  const gapX = Math.max(to.x - (from.x + NODE_WIDTH), from.x - (to.x + NODE_WIDTH))
  const gapY = Math.max(to.y - (from.y + NODE_HEIGHT), from.y - (to.y + NODE_HEIGHT))
  const sideways = gapX >= LEAST_GAP || gapX >= gapY
  return sideways ? sideEnds(from, to) : upDownEnds(from, to)
}

function sideEnds(from: Place, to: Place): Ends {
  const isForward = to.x >= from.x
  return {
    sourceX: from.x + (isForward ? NODE_WIDTH : 0),
    sourceY: from.y + NODE_HEIGHT / 2,
    sourcePosition: isForward ? Position.Right : Position.Left,
    targetX: to.x + (isForward ? 0 : NODE_WIDTH),
    targetY: to.y + NODE_HEIGHT / 2,
    targetPosition: isForward ? Position.Left : Position.Right,
  }
}

function upDownEnds(from: Place, to: Place): Ends {
  const isDown = to.y >= from.y
  return {
    sourceX: from.x + NODE_WIDTH / 2,
    sourceY: from.y + (isDown ? NODE_HEIGHT : 0),
    sourcePosition: isDown ? Position.Bottom : Position.Top,
    targetX: to.x + NODE_WIDTH / 2,
    targetY: to.y + (isDown ? 0 : NODE_HEIGHT),
    targetPosition: isDown ? Position.Top : Position.Bottom,
  }
}
