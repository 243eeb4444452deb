import type { Node } from '@xyflow/react'

import type { ServiceNode } from '@/lib/contract/graph'
import type { GroupView } from '@/lib/contract/group'
import type { VolumeNode } from '@/lib/contract/volume'
import { SERVICE_STATE } from '@/lib/domain/service-state'

export const NODE_WIDTH = 264
export const NODE_HEIGHT = 104
/** Nodes stand on this grid, in canvas pixels: that of the dots. */
export const GRID = 24

/** Frames are behind everything, also while they are selected, which raises them by 1,000. */
const BEHIND = -1_001

/** A service, a volume or a frame as React Flow draws it. Its data stays in the store, so that a change of state moves nothing. */
export type FlowNode = Node<Record<string, never>, 'service' | 'volume' | 'frame'>

export function toFlowNode(node: ServiceNode | VolumeNode | GroupView): FlowNode {
  if (node.kind === 'group') return toFrame(node)
  return {
    id: node.id,
    type: node.kind,
    position: { x: node.x, y: node.y },
    data: {},
    // Every node has one size, so nothing waits for measuring: neither the first paint nor the links.
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    measured: { width: NODE_WIDTH, height: NODE_HEIGHT },
    ariaLabel: node.kind === 'service' ? serviceLabel(node) : `Volume ${node.name}${node.isDeleting ? ', being removed' : ''}`,
  }
}

/** What is in a frame is reached through it: only its title and its corners take the pointer. */
function toFrame({ id, name, x, y, width, height }: GroupView): FlowNode {
  return { id, type: 'frame', position: { x, y }, data: {}, width, height, measured: { width, height }, zIndex: BEHIND, dragHandle: '.group-title', connectable: false, style: { pointerEvents: 'none' }, ariaLabel: `Group ${name}` }
}

function serviceLabel(service: ServiceNode): string {
  return `${service.name}, ${SERVICE_STATE[service.state].word.toLowerCase()}${service.hold === null ? '' : ', automatic deploys held'}${service.changed ? ', changed since it was deployed' : ''}`
}
