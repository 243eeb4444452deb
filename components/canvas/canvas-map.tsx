'use client'

import { MiniMap, useStore, type ReactFlowState } from '@xyflow/react'
import { useEffect, useState } from 'react'

import { toneColor } from '@/components/ui/tone'
import { SERVICE_STATE } from '@/lib/domain/service-state'

import { useCanvasStore } from './canvas-context'
import { NODE_HEIGHT, NODE_WIDTH } from './flow-node'
import { usePanelOpen } from './use-panel-open'

/** Narrower than this, a map would take the place of what it is a map of. */
const LEAST_WIDTH = 760
/** What a panel covers. */
const PANEL_WIDTH = 700
/** How long the map stays when everything has come into sight. */
const LASTS_MS = 600

/** The whole canvas in a corner, while some of it is out of sight: where everything is seen it would only be in the way. */
export function CanvasMap() {
  const store = useCanvasStore()
  const isCovered = usePanelOpen()
  // Decided between pans: making a map in the middle of one costs a frame or two.
  const isNeeded = useStore((state) => (state.paneDragging ? null : state.width - (isCovered ? PANEL_WIDTH : 0) > LEAST_WIDTH && state.nodes.some((node) => !isInSight(node.position, state))))
  if (!useLasting(isNeeded)) return null
  return (
    <MiniMap
      position="bottom-left"
      className="m-3! mb-[60px]!"
      style={{ width: 168, height: 108 }}
      pannable
      zoomable
      ariaLabel="Map of the canvas"
      nodeBorderRadius={16}
      nodeColor={(node) => (node.type === 'frame' ? 'transparent' : mapColour(store.getState().services[node.id]?.state))}
      nodeStrokeColor={(node) => (node.type === 'frame' ? 'var(--color-faint)' : 'transparent')}
      nodeStrokeWidth={8}
    />
  )
}

/** True at once, false once it has been so for a moment, and as it was while undecided: nodes that are moved along the edge would make the map anew with each turn. */
function useLasting(isTrue: boolean | null): boolean {
  const [lasts, setLasts] = useState(isTrue ?? false)
  if (isTrue && !lasts) setLasts(true)
  useEffect(() => {
    if (isTrue !== false) return
    const timer = setTimeout(() => setLasts(false), LASTS_MS)
    return () => clearTimeout(timer)
  }, [isTrue])
  return isTrue === true || lasts
}

/** Whether a good part of a node is on the screen. */
function isInSight({ x, y }: { x: number; y: number }, { transform: [left, top, zoom], width, height }: ReactFlowState): boolean {
  const middle = { x: left + (x + NODE_WIDTH / 2) * zoom, y: top + (y + NODE_HEIGHT / 2) * zoom }
  return middle.x > 0 && middle.x < width && middle.y > 0 && middle.y < height
}

function mapColour(state: keyof typeof SERVICE_STATE | undefined): string {
  const tone = state === undefined ? 'neutral' : SERVICE_STATE[state].tone
  return `color-mix(in oklab, ${toneColor(tone)} 70%, var(--color-surface))`
}
