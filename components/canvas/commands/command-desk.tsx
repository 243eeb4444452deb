'use client'

import { useLayoutEffect, useMemo } from 'react'

import type { Item, MenuEntry } from '@/components/ui/menu'
import { toast } from '@/components/ui/toast'

import { useAddEntries } from '../use-add-entries'
import type { CanvasView } from '../use-canvas-view'
import type { Desk } from './commands-context'
import { chordWords, isMac } from './keys'
import type { Subject } from './subject'
import { commandsFor, COMMANDS, labelOf, type CommandId, type Spec } from './table'
import { useDoing, type Doing } from './use-doing'

export type CommandDeskProps = { view: CanvasView; setView: (view: CanvasView) => void; onReady: (desk: Desk) => void }

/** Makes the commands of everything, and hands them over. Draws nothing. */
export function CommandDesk({ view, setView, onReady }: CommandDeskProps) {
  const doing = useDoing({ view, setView })
  const addMenu = useAddEntries()
  const desk = useMemo(() => toDesk(doing, addMenu), [doing, addMenu])
  useLayoutEffect(() => onReady(desk), [desk, onReady])
  return null
}

function toDesk(doing: Record<CommandId, Doing>, addMenu: Desk['addMenu']): Desk {
  const why = (id: CommandId, subject: Subject) => doing[id].why?.(subject) ?? null
  // A key that does nothing without a word looks broken.
  const run = (id: CommandId, subject: Subject) => {
    const reason = why(id, subject)
    if (reason === null) return doing[id].run(subject)
    toast.info(reason, { id: 'why-not' })
  }
  const entryOf = (id: CommandId, subject: Subject): Item => {
    const { href, isOn } = doing[id]
    const spec: Spec = COMMANDS[id]
    const Icon = spec.icon
    return {
      label: labelOf(spec, subject),
      ...(Icon ? { icon: <Icon /> } : {}),
      ...(spec.keys?.[0] ? { shortcut: chordWords(spec.keys[0], isMac()) } : {}),
      ...(spec.danger ? { danger: true } : {}),
      ...(isOn?.() ? { checked: true } : {}),
      disabledReason: why(id, subject),
      ...(href ? { href: href(subject), external: true } : { onSelect: () => doing[id].run(subject) }),
    }
  }
  return {
    run,
    why,
    entryOf,
    addMenu,
    menuOf: (subject, { except = [], isWhole = false } = {}) => {
      const shown = commandsFor(subject).filter(([id, spec]) => (isWhole || !spec.isQuiet) && !except.includes(id))
      return shown.flatMap(([id, spec], index): MenuEntry[] => {
        const before = shown[index - 1]?.[1]
        const entry = entryOf(id, subject)
        return before && before.block !== spec.block ? [{ kind: 'separator' }, entry] : [entry]
      })
    },
  }
}
