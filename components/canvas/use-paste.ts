'use client'

import { useReactFlow } from '@xyflow/react'
import { useEffect, useRef } from 'react'

import { toast } from '@/components/ui/toast'
import { hasNetwork } from '@/lib/domain/target'

import { useCanvasStore, useEnvironment } from './canvas-context'
import { isTyping } from './commands/use-command-keys'
import type { Place } from './placement'
import { ask, type CanvasStore } from './store'

type Take = { store: CanvasStore; runsImages: boolean; at: Place | null }

/** Pasting or dropping the address of a repository or the name of an image anywhere but in a field offers to add it, where the pointer is. */
export function usePaste(disabled: boolean): void {
  const store = useCanvasStore()
  const { target } = useEnvironment()
  const { screenToFlowPosition } = useReactFlow()
  const pointer = useRef<Place | null>(null)
  const runsImages = hasNetwork(target.kind)
  useEffect(() => {
    if (disabled) return
    const onMove = (event: PointerEvent) => {
      const isOverPane = event.target instanceof Element && event.target.closest('.react-flow__pane') !== null
      pointer.current = isOverPane ? { x: event.clientX, y: event.clientY } : null
    }
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target) || store.getState().question !== null) return
      const text = event.clipboardData?.getData('text/plain').trim() ?? ''
      if (text === '') return
      event.preventDefault()
      void take(text, { store, runsImages, at: pointer.current && screenToFlowPosition(pointer.current) })
    }
    const onDrop = async (event: DragEvent) => {
      if (isTyping(event.target) || event.defaultPrevented || !event.dataTransfer) return
      // Else the browser would leave the console to show the file.
      event.preventDefault()
      // What is being answered, or sent, is not replaced.
      if (store.getState().question !== null) return
      const at = screenToFlowPosition({ x: event.clientX, y: event.clientY })
      // All of it has to be asked for before anything is waited for.
      const entries = [...event.dataTransfer.items].flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : []))
      const files = [...event.dataTransfer.files]
      const brought = { items: itemsOf(event.dataTransfer), text: event.dataTransfer.getData('text/plain') }
      const doors = await import('./drop-doors').catch(() => null)
      if (doors === null) tellUnread()
      else await doors.takeDrop(brought, { store, at, entries, files }, (text) => take(text, { store, runsImages, at }))
    }
    const onDragOver = (event: DragEvent) => (isTyping(event.target) ? undefined : event.preventDefault())
    const listeners = { pointermove: onMove, paste: onPaste, drop: onDrop, dragover: onDragOver }
    for (const [type, listener] of Object.entries(listeners)) window.addEventListener(type, listener as EventListener)
    return () => {
      for (const [type, listener] of Object.entries(listeners)) window.removeEventListener(type, listener as EventListener)
    }
  }, [disabled, store, screenToFlowPosition, runsImages])
}

async function take(text: string, { store, runsImages, at }: Take): Promise<boolean> {
  // What tells an address from other text is loaded when there is some.
  const readers = await Promise.all([import('./git-paste'), import('./image-paste')]).catch(() => null)
  if (readers === null) {
    tellUnread()
    return true
  }
  const [{ readGitPaste }, { readImagePaste }] = readers
  const pasted = readGitPaste(text)
  const image = pasted ? null : readImagePaste(text)
  if (pasted) ask(store, { kind: 'add', source: 'git', pasted, at })
  else if (image !== null && runsImages) ask(store, { kind: 'add', source: 'image', pasted: null, image, at })
  else if (image !== null) toast.info(`${image} was not taken.`, { description: 'This environment runs processes. Images need an environment on a target with containers.' })
  return pasted !== null || image !== null
}

function tellUnread(): void {
  toast.error('This was not read.', { description: 'A part of the console could not be loaded. Reload the page and try again.' })
}

function itemsOf(data: DataTransfer): { name: string; isFolder: boolean }[] {
  return [...data.items].flatMap((item) => {
    if (item.kind !== 'file') return []
    const entry = item.webkitGetAsEntry()
    return [{ name: entry?.name ?? item.getAsFile()?.name ?? 'A file', isFolder: entry?.isDirectory ?? false }]
  })
}
