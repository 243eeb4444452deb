'use client'

import { useReactFlow, useStoreApi } from '@xyflow/react'
import { useParams } from 'next/navigation'
import { useEffect } from 'react'

import { useCanvasStore } from './canvas-context'
import { motionMs } from './motion'
import { reveal } from './placement'
import { select } from './store'

export const PANEL_WIDTH = 700
const PAN_MS = 220

/** Width that the open panel leaves to the canvas; all of it where the panel covers everything. */
export function widthBeside(width: number): number {
  return width - PANEL_WIDTH >= 200 ? width - PANEL_WIDTH : width
}

/** The node whose panel is open is selected, and the canvas moves so that it stays in view beside the panel. */
export function useReveal(): void {
  const { service, volume } = useParams<{ service?: string; volume?: string }>()
  const openId = service ?? volume
  const store = useCanvasStore()
  const flowStore = useStoreApi()
  const { getViewport, setViewport } = useReactFlow()
  useEffect(() => {
    select(store, openId === undefined ? [] : [openId])
    if (openId === undefined) return
    // The first fit of the view happens in the frames after the canvas is mounted.
    const timer = setTimeout(() => {
      const node = store.getState().flow.find(({ id }) => id === openId)
      const { width, height } = flowStore.getState()
      const next = node && reveal(node.position, getViewport(), { width: widthBeside(width), height })
      if (next) void setViewport(next, { duration: motionMs(PAN_MS) })
    }, 60)
    return () => clearTimeout(timer)
  }, [openId, store, flowStore, getViewport, setViewport])
}
