'use client'

import '@xyflow/react/dist/base.css'
import './canvas.css'

import { applyNodeChanges, Background, BackgroundVariant, ConnectionLineType, ReactFlow, SelectionMode, useStore, type EdgeTypes, type NodeTypes } from '@xyflow/react'
import dynamic from 'next/dynamic'
import { useEffect, useMemo, type MouseEvent as ReactMouseEvent } from 'react'

import { PresenceLayer } from '@/components/presence/presence-layer'

import { askToConnect } from './ask-to-connect'
import { CanvasControls } from './canvas-controls'
import { CanvasMenu } from './canvas-menu'
import { useCanvas, useCanvasStore, useMissing } from './canvas-context'
import { Distance } from './distance'
import { GRID, type FlowNode } from './flow-node'
import { GroupNode } from './group-node'
import { LinkEdge, LinkMarker, type FlowEdge } from './link-edge'
import { withMembers } from './members'
import { MountEdge, mountEdges } from './mount-edge'
import { SelectionBar } from './selection-bar'
import { ServiceNode } from './service-node'
import { recallSight } from './sight'
import { groupOf, type Link } from './store'
import { useArrange } from './use-arrange'
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
const FIT = { padding: 0.18, maxZoom: 1 }

/** The environment as a plane of nodes and links. */
export function Flow() {
  const store = useCanvasStore()
  const nodes = useCanvas((state) => state.flow)
  const links = useCanvas((state) => state.links)
  const volumes = useCanvas((state) => state.volumes)
  const edges = useMemo(() => [...linkEdges(links), ...mountEdges(Object.values(volumes))], [links, volumes])
  const arrange = useArrange()
  const open = useOpenNode()
  const readOnly = useMissing('service.write') !== null
  const openNode = useSteady((event: ReactMouseEvent, node: FlowNode) => (event.shiftKey || event.metaKey || event.ctrlKey ? undefined : open(node)))
  const isSnapping = useCanvas((state) => state.isSnapping)
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
          onNodesChange={(changes) => store.setState((state) => ({ flow: applyNodeChanges(withMembers(changes, state.flow, (id) => groupOf(state, id)), state.flow) }))}
          onNodeClick={openNode}
          onNodeDragStart={(_, __, dragged) => arrange.grab(dragged.map((node) => node.id))}
          onNodeDrag={(_, __, dragged) => arrange.drag(dragged.map((node) => node.id))}
          onNodeDragStop={(_, __, dragged) => arrange.drop(dragged.map((node) => node.id))}
          onSelectionDragStart={(_, dragged) => arrange.grab(dragged.map((node) => node.id))}
          onSelectionDrag={(_, dragged) => arrange.drag(dragged.map((node) => node.id))}
          onSelectionDragStop={(_, dragged) => arrange.drop(dragged.map((node) => node.id))}
          onConnectEnd={(event, { fromNode }) => {
            const to = nodeBelow(event)
            if (fromNode && to !== null && to !== fromNode.id) askToConnect(store, fromNode.id, to)
          }}
          connectionLineType={ConnectionLineType.SmoothStep}
          nodesConnectable={!readOnly}
          nodesDraggable={!readOnly}
          nodeDragThreshold={4}
          snapToGrid={isSnapping}
          snapGrid={[GRID, GRID]}
          multiSelectionKeyCode={MULTI}
          selectionMode={SelectionMode.Partial}
          deleteKeyCode={null}
          disableKeyboardA11y
          minZoom={0.1}
          maxZoom={1.75}
          fitView={nodes.length > 0}
          fitViewOptions={FIT}
          onlyRenderVisibleElements={nodes.length > 150}
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

/** A link may be dropped anywhere on the other node. */
function nodeBelow(event: MouseEvent | TouchEvent): string | null {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event
  const element = point && document.elementFromPoint(point.clientX, point.clientY)
  return element?.closest<HTMLElement>('.react-flow__node')?.dataset.id ?? null
}

/** The grid, which fades away when one looks from afar. */
function Dots() {
  const isFar = useStore((state) => state.transform[2] < 0.5)
  return <Background variant={BackgroundVariant.Dots} gap={24} size={1.4} color="color-mix(in oklab, var(--color-ink) 11%, transparent)" style={{ opacity: isFar ? 0 : 1 }} />
}
