'use client'

import { ReactFlowProvider } from '@xyflow/react'
import { useState, type ReactNode } from 'react'

import { useCanvasStore } from './canvas-context'
import { linkEdges } from './link-edge'
import { mountEdges } from './mount-edge'
import { toFlowNode } from './flow-node'

/** Of the part of a window that the canvas has, as long as nobody has measured it: a usual one. */
const USUAL = { initialWidth: 1440, initialHeight: 850 }
export const FIT = { padding: 0.18, maxZoom: 1 }
export const ZOOMS = { minZoom: 0.1, maxZoom: 1.75 }

/** What React Flow knows from the beginning: so the server draws the canvas, and nobody looks at an empty one until scripts run. */
export function FlowProvider({ children }: { children: ReactNode }) {
  const store = useCanvasStore()
  const [{ nodes, edges }] = useState(() => {
    const { services, volumes, groups, links } = store.getState()
    return {
      nodes: [...Object.values(groups), ...Object.values(services), ...Object.values(volumes)].map(toFlowNode),
      edges: [...linkEdges(links), ...mountEdges(Object.values(volumes))],
    }
  })
  return (
    <ReactFlowProvider initialNodes={nodes} initialEdges={edges} {...USUAL} fitView={nodes.length > 0} initialFitViewOptions={FIT} initialMinZoom={ZOOMS.minZoom} initialMaxZoom={ZOOMS.maxZoom}>
      {children}
    </ReactFlowProvider>
  )
}
