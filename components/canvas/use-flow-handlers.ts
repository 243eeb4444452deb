'use client'

import { applyNodeChanges, type ReactFlowProps } from '@xyflow/react'
import { useMemo } from 'react'

import { askToConnect } from './ask-to-connect'
import { useCanvasStore } from './canvas-context'
import type { FlowNode } from './flow-node'
import { withMembers } from './members'
import { groupOf } from './store'
import { useArrange } from './use-arrange'

type Handlers = Pick<
  ReactFlowProps<FlowNode>,
  'onNodesChange' | 'onNodeDragStart' | 'onNodeDrag' | 'onNodeDragStop' | 'onSelectionDragStart' | 'onSelectionDrag' | 'onSelectionDragStop' | 'onConnectEnd'
>

/**
 * What happens when nodes are moved and links are drawn. The same functions always: React Flow tells every node and line of every one
 * that is another, and while something is dragged that would be all of them in each frame.
 */
export function useFlowHandlers(): Handlers {
  const store = useCanvasStore()
  const arrange = useArrange()
  return useMemo(() => {
    const idsOf = (dragged: readonly FlowNode[]) => dragged.map(({ id }) => id)
    return {
      onNodesChange: (changes) => store.setState((state) => ({ flow: applyNodeChanges(withMembers(changes, state.flow, (id) => groupOf(state, id)), state.flow) })),
      onNodeDragStart: (_, __, dragged) => arrange.grab(idsOf(dragged)),
      onNodeDrag: (_, __, dragged) => arrange.drag(idsOf(dragged)),
      onNodeDragStop: (_, __, dragged) => arrange.drop(idsOf(dragged)),
      onSelectionDragStart: (_, dragged) => arrange.grab(idsOf(dragged)),
      onSelectionDrag: (_, dragged) => arrange.drag(idsOf(dragged)),
      onSelectionDragStop: (_, dragged) => arrange.drop(idsOf(dragged)),
      onConnectEnd: (event, { fromNode }) => {
        const to = nodeBelow(event)
        if (fromNode && to !== null && to !== fromNode.id) askToConnect(store, fromNode.id, to)
      },
    }
  }, [store, arrange])
}

/** A link may be dropped anywhere on the other node. */
function nodeBelow(event: MouseEvent | TouchEvent): string | null {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event
  const element = point && document.elementFromPoint(point.clientX, point.clientY)
  return element?.closest<HTMLElement>('.react-flow__node')?.dataset.id ?? null
}
