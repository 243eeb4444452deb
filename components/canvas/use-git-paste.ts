'use client'

import { useReactFlow } from '@xyflow/react'
import { useEffect, useRef } from 'react'

import { useCanvasStore } from './canvas-context'
import { readGitPaste } from './git-paste'
import type { Place } from './placement'
import { ask } from './store'
import { isTyping } from './commands/use-command-keys'

/** Pasting the address of a repository anywhere but in a field offers to add it, where the pointer is. */
export function useGitPaste(disabled: boolean): void {
  const store = useCanvasStore()
  const { screenToFlowPosition } = useReactFlow()
  const pointer = useRef<Place | null>(null)
  useEffect(() => {
    if (disabled) return
    const onMove = (event: PointerEvent) => {
      const isOverPane = event.target instanceof Element && event.target.closest('.react-flow__pane') !== null
      pointer.current = isOverPane ? { x: event.clientX, y: event.clientY } : null
    }
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target) || store.getState().question !== null) return
      const pasted = readGitPaste(event.clipboardData?.getData('text/plain') ?? '')
      if (!pasted) return
      event.preventDefault()
      ask(store, { kind: 'add', source: 'git', pasted, at: pointer.current && screenToFlowPosition(pointer.current) })
    }
    window.addEventListener('pointermove', onMove)
    window.addEventListener('paste', onPaste)
    return () => {
      window.removeEventListener('pointermove', onMove)
      window.removeEventListener('paste', onPaste)
    }
  }, [disabled, store, screenToFlowPosition])
}
