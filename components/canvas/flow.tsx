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
import { useCommands } from './commands/commands-context'
import { subjectOf } from './commands/subject'
import { Distance, distanceOf } from './distance'
import { GRID, type FlowNode } from './flow-node'
import { FIT, ZOOMS } from './flow-provider'
import { GroupNode } from './group-node'
import { LineLabels } from './line-label'
import { LinkEdge, LinkMarker, linkEdges } from './link-edge'
import { MountEdge, mountEdges } from './mount-edge'
import { ServiceNode } from './service-node'
import { recallSight } from './sight'
import { useFlowHandlers } from './use-flow-handlers'
import { useFollowFocus } from './use-follow-focus'
import { useOpenNode } from './use-open-node'
import { usePaste } from './use-paste'
import { useReveal } from './use-reveal'
import { useSteady } from './use-steady'
import { VolumeNode } from './volume-node'

const SelectionBar = dynamic(() => import('./selection-bar').then((module) => module.SelectionBar), { ssr: false })
const EmptyCanvas = dynamic(() => import('./empty-canvas').then((module) => module.EmptyCanvas))

const NODE_TYPES: NodeTypes = { service: ServiceNode, volume: VolumeNode, frame: GroupNode }
const EDGE_TYPES: EdgeTypes = { link: LinkEdge, mount: MountEdge }
/** Keys that add to what is selected. With the first one, a box is drawn on the canvas. */
const MULTI = ['Shift', 'Meta', 'Control']
const KEYS_OF_LINES = { 'edge.a11yDescription.default': 'Enter opens what it stands for, Delete takes it away.' }
/** With more nodes, only those in sight are drawn. */
const MOST_AT_ONCE = 150
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
  const commands = useCommands()
  const renameNode = useSteady((event: ReactMouseEvent, { id }: FlowNode) => {
    const subject = isOnName(event.target) ? subjectOf(store.getState(), id) : null
    if (subject) commands.run('rename', subject)
  })
  const isSnapping = useCanvas((state) => state.isSnapping)
  // From afar nearly everything is in sight: to look in each frame for what is not, and to draw it again, costs more than to keep it.
  const isAfar = useStore((state) => distanceOf(state) === 'states')
  useEffect(() => recallSight(store), [store])
  const followFocus = useFollowFocus()
  usePaste(readOnly)
  useReveal()
  return (
    <CanvasMenu>
      {/* With Shift, browsers would select the text between two clicks. */}
      <div className="absolute inset-0" onMouseDownCapture={(event) => (event.shiftKey ? event.preventDefault() : undefined)} onDoubleClick={askForMenu} {...followFocus}>
        <LinkMarker />
        <LineLabels>
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            {...handlers}
            onNodeClick={openNode}
            onNodeDoubleClick={renameNode}
            connectionLineType={ConnectionLineType.SmoothStep}
            nodesConnectable={!readOnly}
            nodesDraggable={!readOnly}
            nodeDragThreshold={4}
            snapToGrid={isSnapping}
            snapGrid={SNAP}
            multiSelectionKeyCode={MULTI}
            selectionMode={SelectionMode.Partial}
            zoomOnDoubleClick={false}
            deleteKeyCode={null}
            disableKeyboardA11y
            ariaLabelConfig={KEYS_OF_LINES}
            {...ZOOMS}
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
        </LineLabels>
        {nodes.length === 0 ? <EmptyCanvas /> : null}
      </div>
    </CanvasMenu>
  )
}

/** A double click where nothing is: what a right-click gives there, which begins with all that can be added. */
function askForMenu({ target, clientX, clientY }: ReactMouseEvent): void {
  if (target instanceof Element && target.matches('.react-flow__pane')) target.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX, clientY }))
}

/** The name of a node, or all of the title of a frame. */
function isOnName(target: EventTarget): boolean {
  return target instanceof Element && target.closest('[data-name-of], .group-title') !== null
}

/** The grid, which fades away when one looks from afar, and is not there from farther. */
function Dots() {
  const far = useStore(distanceOf)
  if (far === 'states') return null
  return <Background variant={BackgroundVariant.Dots} gap={24} size={1.4} color="color-mix(in oklab, var(--color-ink) 11%, transparent)" style={{ opacity: far === null ? 1 : 0 }} />
}
