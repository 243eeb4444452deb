'use client'

import { useStore, type ReactFlowState } from '@xyflow/react'
import { createContext, useContext, useMemo, type ReactNode } from 'react'
import { createPortal } from 'react-dom'

// Labels of lines stand in a layer of React Flow's above its lines. Its own component looks for that layer through the whole document, for
// each label and in each frame of panning; here it is looked for once.

type Labels = { layer: Element | null; isNear: boolean }

const LabelsContext = createContext<Labels>({ layer: null, isNear: false })

/** From here on the names of the variables are always readable. */
const NEAR_ZOOM = 0.9

/** Tells all lines below where their labels stand, and whether one looks from near enough to read them. */
export function LineLabels({ children }: { children: ReactNode }) {
  const canvas = useStore((state) => state.domNode)
  const isNear = useStore(isNearEnough)
  const labels = useMemo(() => ({ layer: canvas?.querySelector('.react-flow__edgelabel-renderer') ?? null, isNear }), [canvas, isNear])
  return <LabelsContext value={labels}>{children}</LabelsContext>
}

/** Whether one looks from near enough to read what lines are called. */
export function useNearness(): boolean {
  return useContext(LabelsContext).isNear
}

/** What stands beside a line, in the coordinates of the canvas. */
export function LineLabel({ children }: { children: ReactNode }) {
  const { layer } = useContext(LabelsContext)
  return layer && createPortal(children, layer)
}

function isNearEnough({ transform: [, , zoom] }: ReactFlowState): boolean {
  return zoom >= NEAR_ZOOM
}
