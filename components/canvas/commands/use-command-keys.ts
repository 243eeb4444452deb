'use client'

import { useEffect } from 'react'

import { useCanvasStore, useMissing } from '../canvas-context'
import { GRID } from '../flow-node'
import type { Direction } from '../placement'
import type { CanvasStore } from '../store'
import { useArrange, type Arrange } from '../use-arrange'
import { useCommands, type Commands } from './commands-context'
import { isKeyed, keyedFor, type KeyedId } from './keyed'
import { lineOf, PANE, subjectOf, type Subject } from './subject'
import { focusedOn, walk, walkByTab, type Focused } from './walk'

const ARROW: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }
const AWAY: Record<Direction, [number, number]> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }

/** Does what the keys say: the commands of what is selected or focused first, then those of the canvas. */
export function useCommandKeys(): void {
  const store = useCanvasStore()
  const commands = useCommands()
  const arrange = useArrange()
  const readOnly = useMissing('service.write') !== null
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const focused = focusedOn(event.target)
      if (isTyping(event.target) || (focused === null && isControl(event.target) && !hasModifier(event))) return
      if (isMove(event, { store, arrange, readOnly }, focused) || isCommand(event, { store, commands }, focused)) event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [store, commands, arrange, readOnly])
}

/** Whether keys pressed here are meant for a field or a dialog. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=listbox], .xterm') !== null
}

/** A button takes Enter and Space itself. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, summary, [role=tab]') !== null
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.shiftKey || /^(\?|F\d+|Escape)$/.test(event.key)
}

function isMove(event: KeyboardEvent, hands: { store: CanvasStore; arrange: Arrange; readOnly: boolean }, focused: Focused | null): boolean {
  if (event.key === 'Tab' && focused !== null && !event.ctrlKey && !event.metaKey && !event.altKey) return walkByTab(hands.store, focused, event.shiftKey)
  const direction = ARROW[event.key]
  if (!direction || event.ctrlKey || event.metaKey || event.shiftKey) return false
  const { store, arrange, readOnly } = hands
  if (!event.altKey) return focused !== null && walk(store, focused, direction)
  const ids = chosen(store, focused)
  if (ids.length === 0 || readOnly) return false
  const by = store.getState().isSnapping ? GRID : 4
  arrange.nudge(ids, AWAY[direction][0] * by, AWAY[direction][1] * by)
  return true
}

function isCommand(event: KeyboardEvent, { store, commands }: { store: CanvasStore; commands: Commands }, focused: Focused | null): boolean {
  const meant = meaningOf(event, store, focused)
  if (commands.isWaiting() && (meant !== null || isKeyed(event))) {
    // What it is about may be decided by what was pressed before and is not done yet.
    commands.after(() => {
      const now = meaningOf(event, store, focused)
      if (now) commands.run(now.id, now.subject)
    })
    return true
  }
  if (meant === null) return false
  commands.run(meant.id, meant.subject)
  return true
}

/** The command that what is pressed means now, and what it is about. */
function meaningOf(event: KeyboardEvent, store: CanvasStore, focused: Focused | null): { id: KeyedId; subject: Subject } | null {
  for (const subject of subjects(store, focused)) {
    // Space opens like Enter, as on a button.
    const id = keyedFor(event, subject) ?? (event.key === ' ' && focused !== null && subject.kind !== 'pane' && subject.kind !== 'group' ? 'open' : undefined)
    if (id === undefined) continue
    // While a panel is open, Escape closes that.
    return id === 'clear' && document.querySelector('[data-panel]') ? null : { id, subject }
  }
  return null
}

/** Whether a page lies over all of the canvas: nodes that nobody sees are not deleted by a key. */
function isCovered(): boolean {
  return document.querySelector('[data-cover]') !== null
}

/** What keys are about: what is selected or focused, then the canvas. */
function subjects(store: CanvasStore, focused: Focused | null): Subject[] {
  if (isCovered()) return [PANE]
  const state = store.getState()
  // On a line, keys are about that alone: what is selected elsewhere is not deleted with it.
  if (focused?.kind === 'line') return [lineOf(state, focused.id) ?? PANE, PANE]
  const ids = chosen(store, focused)
  const one = ids.length === 1 ? subjectOf(state, ids[0]!) : null
  const selected: Subject | null = ids.length > 0 ? { kind: 'selection', ids } : null
  return [...(one ? [one] : []), ...(selected && (ids.length > 1 || one) ? [selected] : []), PANE]
}

/** The focused node, unless it is one of several that are selected; else what is selected. */
function chosen(store: CanvasStore, focused: Focused | null): readonly string[] {
  const selected = store.getState().flow.flatMap(({ id, selected: isSelected }) => (isSelected ? [id] : []))
  if (isCovered()) return []
  if (focused?.kind !== 'node' || (selected.length > 1 && selected.includes(focused.id))) return selected
  return [focused.id]
}
