import { toast } from '@/components/ui/toast'

import { isTyping } from './commands/use-command-keys'
import { takeDrop, tellNotTaken } from './drop-doors'
import { readGitPaste } from '@/components/project/git-paste'
import { readImagePaste } from './image-paste'
import type { Place } from './placement'
import { ask, type CanvasStore } from './store'

type Take = { store: CanvasStore; runsImages: boolean; at: Place | null }

export type Ground = { store: CanvasStore; runsImages: boolean; screenToFlowPosition: (place: Place, options?: { snapToGrid: boolean }) => Place }

/** A compose file has its services at the left edge. */
const COMPOSE = /^services:\s*(#.*)?$/m

/** Takes what is pasted or dropped anywhere but in a field, where the pointer is, until the returned function is called. */
export function listenForPastes({ store, runsImages, screenToFlowPosition }: Ground): () => void {
  let pointer: Place | null = null
  const onMove = (event: PointerEvent) => {
    const isOverPane = event.target instanceof Element && event.target.closest('.react-flow__pane') !== null
    pointer = isOverPane ? { x: event.clientX, y: event.clientY } : null
  }
  const onPaste = (event: ClipboardEvent) => {
    if (isTyping(event.target) || store.getState().question !== null) return
    const text = event.clipboardData?.getData('text/plain').trim() ?? ''
    if (text === '') return
    event.preventDefault()
    if (!take(text, { store, runsImages, at: pointer && screenToFlowPosition(pointer) })) tellNotTaken(text)
  }
  const onDrop = (event: DragEvent) => {
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
    takeDrop(brought, { store, at, entries, files }, (text) => take(text, { store, runsImages, at }))
  }
  const onDragOver = (event: DragEvent) => (isTyping(event.target) ? undefined : event.preventDefault())
  const listeners = { pointermove: onMove, paste: onPaste, drop: onDrop, dragover: onDragOver }
  for (const [type, listener] of Object.entries(listeners)) window.addEventListener(type, listener as EventListener)
  return () => {
    for (const [type, listener] of Object.entries(listeners)) window.removeEventListener(type, listener as EventListener)
  }
}

function take(text: string, { store, runsImages, at }: Take): boolean {
  const pasted = readGitPaste(text)
  const image = pasted ? null : readImagePaste(text)
  const isCompose = COMPOSE.test(text)
  if (isCompose) ask(store, { kind: 'compose', at, file: { name: null, text } })
  else if (pasted) ask(store, { kind: 'add', source: 'git', pasted, at })
  else if (image !== null && runsImages) ask(store, { kind: 'add', source: 'image', pasted: null, image, at })
  else if (image !== null) toast.info(`${image} was not taken.`, { description: 'This environment runs processes. Images need an environment on a target with containers.' })
  return isCompose || pasted !== null || image !== null
}

function itemsOf(data: DataTransfer): { name: string; isFolder: boolean }[] {
  return [...data.items].flatMap((item) => {
    if (item.kind !== 'file') return []
    const entry = item.webkitGetAsEntry()
    return [{ name: entry?.name ?? item.getAsFile()?.name ?? 'A file', isFolder: entry?.isDirectory ?? false }]
  })
}
