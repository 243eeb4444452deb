'use client'

import '@xyflow/react/dist/base.css'
import './canvas.css'

import { Background, BackgroundVariant, ConnectionLineType, ReactFlow, SelectionMode, useStore, type EdgeTypes, type NodeTypes } from '@xyflow/react'
import dynamic from 'next/dynamic'
import { useEffect, useMemo, type MouseEvent as ReactMouseEvent } from 'react'

import { PresenceLayer } from '@/components/presence/presence-layer'

import { CanvasControls } from './canvas-controls'
import { CanvasMenu } from './canvas-menu'
import { useCanvas, useCanvasStore, useMissing } from './canvas-context'
import { Distance, distanceOf } from './distance'
import { GRID, type FlowNode } from './flow-node'
import { GroupNode } from './group-node'
import { LinkEdge, LinkMarker, type FlowEdge } from './link-edge'
import { MountEdge, mountEdges } from './mount-edge'
import { SelectionBar } from './selection-bar'
import { ServiceNode } from './service-node'
import { recallSight } from './sight'
import type { Link } from './store'
import { useFlowHandlers } from './use-flow-handlers'
import { useOpenNode } from './use-open-node'
import { usePaste } from './use-paste'
import { useReveal } from './use-reveal'
import { useSteady } from './use-steady'
import { VolumeNode } from './volume-node'

const EmptyCanvas = dynamic(() => import('./empty-canvas').then((module) => module.EmptyCanvas))

const NODE_TYPES: NodeTypes = { service: ServiceNode, volume: VolumeNode, frame: GroupNode }
const EDGE_TYPES: EdgeTypes = { link: LinkEdge, mount: MountEdge }
/** Keys that add to what is selected. With the first one, a box is drawn on the canvas. */
const MULTI = ['Shift', 'Meta', 'Control']
/** With more nodes, only those in sight are drawn. */
const MOST_AT_ONCE = 150
const FIT = { padding: 0.18, maxZoom: 1 }
const SNAP: [number, number] = [GRID, GRID]

/** The environment as a plane of nodes and links. */
export function Flow() {
  const store = useCanvasStore()
  const nodes = useCanvas((state) => state.flow)
  const links = useCanvas((state) => state.links)
  const volumes = useCanvas((state) => state.volumes)
  const edges = useMemo(() => [...linkEdges(links), ...mountEdges(Object.values(volumes))], [links, volumes])
  const handlers = useFlowHandlers()
  const open = useOpenNode()
  const readOnly = useMissing('service.write') !== null
  const openNode = useSteady((event: ReactMouseEvent, node: FlowNode) => (event.shiftKey || event.metaKey || event.ctrlKey ? undefined : open(node)))
  const isSnapping = useCanvas((state) => state.isSnapping)
  // From afar nearly everything is in sight: to look in each frame for what is not, and to draw it again, costs more than to keep it.
  const isAfar = useStore((state) => distanceOf(state) === 'states')
  useEffect(() => recallSight(store), [store])
  usePaste(readOnly)
  useReveal()
  return (
    <CanvasMenu>
      {/* With Shift, browsers would select the text between two clicks. */}
      <div className="absolute inset-0" onMouseDownCapture={(event) => (event.shiftKey ? event.preventDefault() : undefined)}>
        <LinkMarker />
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          {...handlers}
          onNodeClick={openNode}
          connectionLineType={ConnectionLineType.SmoothStep}
          nodesConnectable={!readOnly}
          nodesDraggable={!readOnly}
          nodeDragThreshold={4}
          snapToGrid={isSnapping}
          snapGrid={SNAP}
          multiSelectionKeyCode={MULTI}
          selectionMode={SelectionMode.Partial}
          deleteKeyCode={null}
          disableKeyboardA11y
          minZoom={0.1}
          maxZoom={1.75}
          fitView={nodes.length > 0}
          fitViewOptions={FIT}
          onlyRenderVisibleElements={nodes.length > MOST_AT_ONCE && !isAfar}
        >
          <Dots />
          <Distance />
          <PresenceLayer />
          <CanvasControls />
          <SelectionBar />
        </ReactFlow>
        {nodes.length === 0 ? <EmptyCanvas /> : null}
      </div>
    </CanvasMenu>
  )
}

function linkEdges(links: readonly Link[]): FlowEdge[] {
  return links.map((link) => ({ id: link.id, type: 'link', source: link.from, target: link.to, data: { variables: link.variables }, selectable: false, focusable: false }))
}

/** The grid, which fades away when one looks from afar. */
function Dots() {
  const isFar = useStore((state) => state.transform[2] < 0.5)
  return <Background variant={BackgroundVariant.Dots} gap={24} size={1.4} color="color-mix(in oklab, var(--color-ink) 11%, transparent)" style={{ opacity: isFar ? 0 : 1 }} />
}
