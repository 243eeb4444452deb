'use client'

import { useEffect } from 'react'

import { useCanvasStore, useEnvironment } from '@/components/canvas/canvas-context'
import { ask } from '@/components/canvas/store'

import { takeOver } from './handed-over'

/** Reads the file with which the project of this canvas was just created. */
export function useHandedOver(): void {
  const store = useCanvasStore()
  const { environmentId } = useEnvironment()
  useEffect(() => {
    const file = takeOver(environmentId)
    if (file) ask(store, { kind: 'compose', at: null, file })
  }, [store, environmentId])
}
