import type { NodeChange } from '@xyflow/react'

import { NODE_HEIGHT, NODE_WIDTH, type FlowNode } from './flow-node'
import type { Place } from './placement'

export type Frame = Place & { id: string; width: number; height: number }

/** The frame in which the middle of a node is; of several the smallest, null for none. */
export function frameAt(at: Place, frames: readonly Frame[]): Frame | null {
  const middle = { x: at.x + NODE_WIDTH / 2, y: at.y + NODE_HEIGHT / 2 }
  const around = frames.filter((frame) => middle.x >= frame.x && middle.x <= frame.x + frame.width && middle.y >= frame.y && middle.y <= frame.y + frame.height)
  return around.sort((a, b) => a.width * a.height - b.width * b.height)[0] ?? null
}

/** Changes of places, with those of the nodes in a frame that is dragged: they go along. `groupOf`: the frame a node is in. */
export function withMembers(changes: NodeChange<FlowNode>[], flow: readonly FlowNode[], groupOf: (id: string) => string | null): NodeChange<FlowNode>[] {
  const shifts = new Map<string, Place>()
  const named = new Set<string>()
  const byId = new Map(flow.map((node) => [node.id, node]))
  for (const change of changes) {
    if (change.type !== 'position') continue
    named.add(change.id)
    const node = byId.get(change.id)
    // A frame that is made larger at its left or upper edge moves as well, without being dragged.
    if (node?.type === 'frame' && change.position && change.dragging) shifts.set(change.id, { x: change.position.x - node.position.x, y: change.position.y - node.position.y })
  }
  if (shifts.size === 0) return changes
  const along = flow.flatMap((node): NodeChange<FlowNode>[] => {
    const shift = named.has(node.id) ? undefined : shifts.get(groupOf(node.id) ?? '')
    return shift ? [{ type: 'position', id: node.id, position: { x: node.position.x + shift.x, y: node.position.y + shift.y }, dragging: true }] : []
  })
  return [...changes, ...along]
}

/** These, and the nodes in those of them that are frames. */
export function withInside(ids: readonly string[], flow: readonly FlowNode[], groupOf: (id: string) => string | null): string[] {
  const wanted = new Set(ids)
  return flow.filter((node) => wanted.has(node.id) || wanted.has(groupOf(node.id) ?? '')).map((node) => node.id)
}
