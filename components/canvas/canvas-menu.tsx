'use client'

import { useReactFlow } from '@xyflow/react'
import { useState, type MouseEvent, type ReactNode } from 'react'

import { ContextMenu, isToCome, type MenuItems } from '@/components/ui/menu'

import { useCanvasStore } from './canvas-context'
import { useCommands, type Commands } from './commands/commands-context'
import { lineOf, nameOf, PANE, subjectOf, type Subject } from './commands/subject'
import type { CanvasState } from './store'

/** Right-click anywhere on the canvas: the actions of what is below the pointer, or adding something right there. */
export function CanvasMenu({ children }: { children: ReactNode }) {
  const store = useCanvasStore()
  const { screenToFlowPosition } = useReactFlow()
  const [subject, setSubject] = useState<Subject>(PANE)
  const commands = useCommands()
  const look = (event: MouseEvent) => {
    const at = screenToFlowPosition({ x: event.clientX, y: event.clientY })
    setSubject(subjectBelow(event.target, store.getState()) ?? { kind: 'pane', at })
  }
  const items = subject.kind === 'pane' ? menuOfCanvas(commands, subject) : commands.menuOf(subject)
  return (
    <ContextMenu items={items} label={subject.kind === 'pane' ? 'Canvas' : `Actions of ${nameOf(subject, store.getState())}`}>
      <div className="absolute inset-0" onContextMenuCapture={look}>
        {children}
      </div>
    </ContextMenu>
  )
}

/** What can be added here, then what can be done with the canvas. What cannot be taken back or made again is no news at the pointer. */
function menuOfCanvas(commands: Commands, subject: Extract<Subject, { kind: 'pane' }>): MenuItems {
  const additions = commands.addMenu(() => subject.at)
  const idle = (['undo', 'redo'] as const).filter((id) => commands.why(id, PANE) !== null)
  const rest = commands.menuOf(subject, { except: idle })
  if (isToCome(additions) || isToCome(rest)) return commands.bring
  return [{ kind: 'heading', label: 'Add here' }, ...additions, { kind: 'separator' }, ...rest]
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
