'use client'

import { useReactFlow, useStoreApi } from '@xyflow/react'
import { useEffect } from 'react'

import { useLater } from '@/components/client/use-later'

import { useLive, usePresence } from './live-context'

const load = () => import('./presence-view').then((module) => module.PresenceView)

/** Where others are on the canvas, once somebody is. */
export function PresenceLayer() {
  useSayPointer()
  const isAlone = usePresence((state) => Object.keys(state.tabs).length === 0)
  const view = useLater(load, !isAlone)
  return isAlone ? null : view
}

/** Tells others where the pointer is, in the canvas's own coordinates. */
function useSayPointer(): void {
  const { reporter } = useLive()
  const { screenToFlowPosition } = useReactFlow()
  const flowStore = useStoreApi()
  useEffect(() => {
    const area = flowStore.getState().domNode
    if (!area) return
    const onMove = (event: PointerEvent) => {
      if (event.pointerType === 'touch') return
      const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false })
      reporter.set({ pointer: { x: Math.round(x), y: Math.round(y) } })
    }
    const onLeave = () => reporter.set({ pointer: null })
    area.addEventListener('pointermove', onMove)
    area.addEventListener('pointerleave', onLeave)
    window.addEventListener('blur', onLeave)
    return () => {
      area.removeEventListener('pointermove', onMove)
      area.removeEventListener('pointerleave', onLeave)
      window.removeEventListener('blur', onLeave)
      onLeave()
    }
  }, [reporter, flowStore, screenToFlowPosition])
}
