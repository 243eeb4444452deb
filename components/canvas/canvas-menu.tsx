'use client'

import { useReactFlow } from '@xyflow/react'
import { useRef, useState, type MouseEvent, type ReactNode } from 'react'

import { ContextMenu, type MenuEntry } from '@/components/ui/menu'

import { useCanvasStore } from './canvas-context'
import { useCommands } from './commands/commands-context'
import { lineOf, nameOf, PANE, subjectOf, type Subject } from './commands/subject'
import type { Place } from './placement'
import type { CanvasState } from './store'
import { useAddEntries } from './use-add-entries'

/** Right-click anywhere on the canvas: the actions of what is below the pointer, or adding something right there. */
export function CanvasMenu({ children }: { children: ReactNode }) {
  const store = useCanvasStore()
  const { screenToFlowPosition } = useReactFlow()
  const [subject, setSubject] = useState<Subject>(PANE)
  const place = useRef<Place | null>(null)
  const commands = useCommands()
  const addEntries = useAddEntries(() => place.current)
  const look = (event: MouseEvent) => {
    const at = screenToFlowPosition({ x: event.clientX, y: event.clientY })
    place.current = at
    setSubject(subjectBelow(event.target, store.getState()) ?? { kind: 'pane', at })
  }
  // What cannot be taken back or made again is no news at the pointer.
  const idle = (['undo', 'redo'] as const).filter((id) => commands.why(id, PANE) !== null)
  const items: MenuEntry[] = subject.kind === 'pane' ? [{ kind: 'heading', label: 'Add here' }, ...addEntries, { kind: 'separator' }, ...commands.menuOf(subject, { except: idle })] : commands.menuOf(subject)
  return (
    <ContextMenu items={items} label={subject.kind === 'pane' ? 'Canvas' : `Actions of ${nameOf(subject, store.getState())}`}>
      <div className="absolute inset-0" onContextMenuCapture={look}>
        {children}
      </div>
    </ContextMenu>
  )
}

/** What is below the pointer; null for the canvas itself. One of several that are selected means all of them. */
function subjectBelow(target: EventTarget, state: CanvasState): Subject | null {
  if (!(target instanceof Element)) return null
  const selected = state.flow.flatMap(({ id, selected: isSelected }) => (isSelected ? [id] : []))
  if (target.closest('.react-flow__nodesselection')) return { kind: 'selection', ids: selected }
  const id = target.closest<HTMLElement>('.react-flow__node')?.dataset.id
  if (id !== undefined) return selected.length > 1 && selected.includes(id) ? { kind: 'selection', ids: selected } : subjectOf(state, id)
  const line = target.closest<HTMLElement>('[data-line], .react-flow__edge')
  return line ? lineOf(state, line.dataset.line ?? line.dataset.id ?? '') : null
}
