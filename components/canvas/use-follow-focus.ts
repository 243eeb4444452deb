'use client'

import { useReactFlow, useStoreApi } from '@xyflow/react'
import { useMemo, type FocusEvent } from 'react'

import { useCanvasStore } from './canvas-context'
import { endsOf, focusedOn, type Focused } from './commands/walk'
import { motionMs } from './motion'
import { reveal, type Place } from './placement'
import type { CanvasState } from './store'
import { widthBeside } from './use-reveal'

const PAN_MS = 220

/** What has the focus by keys is in view, beside an open panel; and the store knows which line it is, whose label is shown then. */
export function useFollowFocus() {
  const store = useCanvasStore()
  const flowStore = useStoreApi()
  const { getViewport, setViewport } = useReactFlow()
  return useMemo(
    () => ({
      onFocusCapture: ({ target }: FocusEvent) => {
        const focused = focusedOn(target)
        if (focused?.kind === 'line') store.setState({ focusedLine: focused.id })
        const at = focused && target.matches(':focus-visible') ? placeOf(store.getState(), focused) : null
        if (at === null) return
        const { width, height } = flowStore.getState()
        const isBeside = document.querySelector('[data-panel]') !== null
        const next = reveal(at, getViewport(), { width: isBeside ? widthBeside(width) : width, height })
        if (next) void setViewport(next, { duration: motionMs(PAN_MS) })
      },
      onBlurCapture: () => (store.getState().focusedLine === null ? undefined : store.setState({ focusedLine: null })),
    }),
    [store, flowStore, getViewport, setViewport],
  )
}

/** Where a node stands, or what would stand in the middle of a line. */
function placeOf(state: CanvasState, { kind, id }: Focused): Place | null {
  const node = (nodeId: string) => state.flow.find((each) => each.id === nodeId)?.position
  if (kind === 'node') return node(id) ?? null
  const ends = endsOf(state, id)
  const [from, to] = ends ? [node(ends.from), node(ends.to)] : []
  return from && to ? { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 } : null
}
