import type { Node } from '@xyflow/react'

import type { ServiceNode } from '@/lib/contract/graph'
import type { VolumeNode } from '@/lib/contract/volume'
import { SERVICE_STATE } from '@/lib/domain/service-state'

export const NODE_WIDTH = 264
export const NODE_HEIGHT = 104
/** Nodes stand on this grid, in canvas pixels. */
export const GRID = 12

/** A service or volume as React Flow draws it. Its data stays in the store, so that a change of state moves nothing. */
export type FlowNode = Node<Record<string, never>, 'service' | 'volume'>

export function toFlowNode(node: ServiceNode | VolumeNode): FlowNode {
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

function serviceLabel(service: ServiceNode): string {
  return `${service.name}, ${SERVICE_STATE[service.state].word.toLowerCase()}${service.hold === null ? '' : ', automatic deploys held'}`
}
