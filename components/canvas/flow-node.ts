import type { Node } from '@xyflow/react'

import type { ServiceNode } from '@/lib/contract/graph'
import { SERVICE_STATE } from '@/lib/domain/service-state'

export const NODE_WIDTH = 264
export const NODE_HEIGHT = 104
/** Nodes stand on this grid, in canvas pixels. */
export const GRID = 12

/** A service as React Flow draws it. Its data stays in the store, so that a change of state moves nothing. */
export type FlowNode = Node<Record<string, never>, 'service'>

export function toFlowNode(service: ServiceNode): FlowNode {
  return {
    id: service.id,
    type: 'service',
    position: { x: service.x, y: service.y },
    data: {},
    // Every node has one size, so nothing waits for measuring: neither the first paint nor the links.
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    measured: { width: NODE_WIDTH, height: NODE_HEIGHT },
    ariaLabel: `${service.name}, ${SERVICE_STATE[service.state].word.toLowerCase()}${service.hold === null ? '' : ', automatic deploys held'}`,
  }
}
