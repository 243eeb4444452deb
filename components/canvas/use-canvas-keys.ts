'use client'

import { useEffect, useRef, type RefObject } from 'react'

import type { ServiceActions } from '@/components/service/use-service-actions'
import type { VolumeActions } from '@/components/volume/use-volume-actions'

import { useCanvasStore, useMissing } from './canvas-context'
import { GRID } from './flow-node'
import { neighbour, type Direction } from './placement'
import type { CanvasStore } from './store'
import type { useArrange } from './use-arrange'

const ARROW: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }
const STEP: Record<Direction, [number, number]> = { left: [-GRID, 0], right: [GRID, 0], up: [0, -GRID], down: [0, GRID] }

type Arrange = ReturnType<typeof useArrange>

type Hands = { arrange: Arrange; services: ServiceActions; volumes: VolumeActions }

/** Enter opens, Delete asks, arrows walk, Alt with arrows moves, Ctrl or Cmd with Z takes a move back. Returns the ref of the canvas. */
export function useCanvasKeys({ arrange, services: actions, volumes: volumeActions }: Hands): RefObject<HTMLDivElement | null> {
  const frame = useRef<HTMLDivElement>(null)
  const store = useCanvasStore()
  const readOnly = useMissing('service.write') !== null
  const mayDelete = useMissing('service.delete') === null
  useUndoKeys(arrange)
  useEffect(() => {
    const element = frame.current
    const onKeyDown = (event: KeyboardEvent) => {
      const id = focusedNode(event.target)
      const { services, volumes } = store.getState()
      const node = id === null ? undefined : (services[id] ?? volumes[id])
      if (!node || event.ctrlKey || event.metaKey) return
      const direction = ARROW[event.key]
      if (event.key === 'Enter' || event.key === ' ') (node.kind === 'volume' ? volumeActions : actions).open(node.id)
      else if ((event.key === 'Delete' || event.key === 'Backspace') && mayDelete && node.kind === 'volume') volumeActions.askDelete(node)
      else if ((event.key === 'Delete' || event.key === 'Backspace') && mayDelete && node.kind === 'service') actions.askDelete(node)
      else if (direction && event.altKey && !readOnly) arrange.nudge([node.id], ...STEP[direction])
      else if (direction && !event.altKey) walk(store, node.id, direction)
      else return
      event.preventDefault()
    }
    element?.addEventListener('keydown', onKeyDown)
    return () => element?.removeEventListener('keydown', onKeyDown)
  }, [store, arrange, actions, volumeActions, readOnly, mayDelete])
  return frame
}

function useUndoKeys(arrange: Arrange): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return
      const key = event.key.toLowerCase()
      if (key === 'z' && !event.shiftKey) arrange.undo()
      else if ((key === 'z' && event.shiftKey) || key === 'y') arrange.redo()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [arrange])
}

/** Whether keys pressed here are meant for a field or a dialog. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]') !== null
}

function focusedNode(target: EventTarget | null): string | null {
  return target instanceof HTMLElement && target.classList.contains('react-flow__node') ? (target.dataset.id ?? null) : null
}

function walk(store: CanvasStore, id: string, direction: Direction): void {
  const { flow } = store.getState()
  const places = flow.map((node) => ({ id: node.id, ...node.position }))
  const from = places.find((place) => place.id === id)
  const next = from && neighbour(from, direction, places.filter((place) => place.id !== id))
  if (next) document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(next.id)}"]`)?.focus()
}
