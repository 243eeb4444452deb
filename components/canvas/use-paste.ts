'use client'

import { useReactFlow } from '@xyflow/react'
import { useEffect } from 'react'

import { hasNetwork } from '@/lib/domain/target'

import { useCanvas, useCanvasStore, useEnvironment } from './canvas-context'

/** Pasting or dropping the address of a repository or the name of an image anywhere but in a field offers to add it, where the pointer is. */
export function usePaste(disabled: boolean): void {
  const store = useCanvasStore()
  const { target } = useEnvironment()
  const { screenToFlowPosition } = useReactFlow()
  const runsImages = hasNetwork(target.kind)
  // Not among what a canvas begins with.
  const isLive = useCanvas((state) => state.connection !== 'connecting')
  useEffect(() => {
    if (disabled || !isLive) return
    let end: (() => void) | null = null
    let isOver = false
    // Without it, what is pasted and dropped is the browser's.
    void import('./listen-for-pastes').then(
      ({ listenForPastes }) => {
        if (!isOver) end = listenForPastes({ store, runsImages, screenToFlowPosition })
      },
      () => {},
    )
    return () => {
      isOver = true
      end?.()
    }
  }, [disabled, isLive, store, screenToFlowPosition, runsImages])
}
