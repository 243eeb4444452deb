'use client'

import { useEffect } from 'react'

import { openStream } from '@/components/client/stream'
import { environmentGraph } from '@/lib/contract/doors'
import type { GraphView } from '@/lib/contract/graph'

import { useCanvasStore } from './canvas-context'
import { receiveChange, receiveGraph, type GraphChange } from './store'

/** Keeps the store true for as long as the canvas is on the screen. */
export function useGraphStream(environmentId: string): void {
  const store = useCanvasStore()
  useEffect(
    () =>
      openStream(environmentGraph, { environmentId }, {
        onMessage: ({ type, data }) => {
          if (type === 'graph') receiveGraph(store, data as GraphView)
          if (type === 'change') receiveChange(store, data as GraphChange)
        },
        onState: (connection) => store.setState({ connection }),
        onRefused: (status) => store.setState({ refused: status }),
      }),
    [store, environmentId],
  )
}
