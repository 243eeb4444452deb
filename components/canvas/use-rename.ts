'use client'

import { useReactFlow } from '@xyflow/react'
import { useCallback } from 'react'

import { useCanvasStore } from './canvas-context'
import { motionMs } from './motion'
import type { NamePlace } from './store'

/** Letters lower than this are not for reading: one goes nearer first. */
const LEAST_HEIGHT = 13
const LEAST_WIDTH = 96

/** Opens the field of a name where it can be seen: in the list, on the node, or in the panel; else the canvas goes to the node. */
export function useRename(): (id: string) => void {
  const store = useCanvasStore()
  const { fitView } = useReactFlow()
  return useCallback(
    (id) => {
      const open = (at: NamePlace) => store.setState({ renaming: { id, at } })
      const seen = placeToRename(id)
      if (seen) return open(seen)
      void fitView({ nodes: [{ id }], maxZoom: 1, minZoom: 0.6, padding: 0.3, duration: motionMs(220) }).then(() => open('node'))
    },
    [store, fitView],
  )
}

function placeToRename(id: string): NamePlace | null {
  const panel = document.querySelector('[data-panel]')
  const names = [...document.querySelectorAll<HTMLElement>(`[data-name-of="${CSS.escape(id)}"]`)]
  const isIn = (name: HTMLElement) => panel?.contains(name) ?? false
  const inPanel = names.some(isIn) ? 'panel' : null
  // What was asked in the panel is answered there.
  if (inPanel && panel?.contains(document.activeElement)) return inPanel
  const over = panel?.getBoundingClientRect()
  const seen = names.find((name) => !isIn(name) && (name.dataset.at === 'row' || isSeen(name.getBoundingClientRect(), { right: over?.left ?? window.innerWidth, bottom: window.innerHeight })))
  return (seen?.dataset.at as NamePlace | undefined) ?? inPanel
}

/** Whether a name is on the screen, large enough to read, with room to type beside what covers the screen at the right. */
export function isSeen({ left, top, bottom, height }: Pick<DOMRect, 'left' | 'top' | 'bottom' | 'height'>, room: { right: number; bottom: number }): boolean {
  return height >= LEAST_HEIGHT && left >= 0 && top >= 0 && bottom <= room.bottom && left + LEAST_WIDTH <= room.right
}
