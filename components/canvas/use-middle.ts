'use client'

import { useReactFlow } from '@xyflow/react'
import { useCallback } from 'react'

import { NODE_WIDTH } from './flow-node'
import type { Place } from './placement'

/** A function that says where something of a size would be in the middle of the visible part of the canvas, beside an open panel. */
export function useMiddle(): (size: { width: number; height: number }) => Place {
  const { screenToFlowPosition } = useReactFlow()
  return useCallback(
    ({ width, height }) => {
      const canvas = document.querySelector('.react-flow')?.getBoundingClientRect()
      if (!canvas) return { x: 0, y: 0 }
      const panel = document.querySelector('[data-panel]')?.getBoundingClientRect()
      const right = panel && panel.left > canvas.left + NODE_WIDTH ? panel.left : canvas.right
      const { x, y } = screenToFlowPosition({ x: (canvas.left + right) / 2, y: (canvas.top + canvas.bottom) / 2 })
      return { x: x - width / 2, y: y - height / 2 }
    },
    [screenToFlowPosition],
  )
}
