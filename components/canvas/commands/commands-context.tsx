'use client'

import { createContext, use, useMemo, type ReactNode } from 'react'

import type { MenuEntry } from '@/components/ui/menu'

import type { CanvasView } from '../use-canvas-view'
import { chordWords, isMac } from './keys'
import type { Subject } from './subject'
import { commandsFor, labelOf, type CommandId, type Spec } from './table'
import { useDoing, type Doing } from './use-doing'

export type Commands = {
  /** Does a command, if it can be done now. */
  run: (id: CommandId, subject: Subject) => void
  /** Why a command cannot be done now; null when it can. */
  why: (id: CommandId, subject: Subject) => string | null
  /** The commands of a subject as a menu. */
  menuOf: (subject: Subject, options?: MenuOptions) => MenuEntry[]
}

/** `isWhole`: with those that would be noise in a menu. */
type MenuOptions = { except?: readonly CommandId[]; isWhole?: boolean }

const CommandsContext = createContext<Commands | null>(null)

export function CommandsProvider({ view, setView, children }: { view: CanvasView; setView: (view: CanvasView) => void; children: ReactNode }) {
  const doing = useDoing({ view, setView })
  const commands = useMemo(() => toCommands(doing), [doing])
  return <CommandsContext value={commands}>{children}</CommandsContext>
}

export function useCommands(): Commands {
  const commands = use(CommandsContext)
  if (!commands) throw new Error('This needs a CommandsProvider above it.')
  return commands
}

function toCommands(doing: Record<CommandId, Doing>): Commands {
  const why = (id: CommandId, subject: Subject) => doing[id].why?.(subject) ?? null
  const run = (id: CommandId, subject: Subject) => (why(id, subject) === null ? doing[id].run(subject) : undefined)
  const entryOf = (id: CommandId, spec: Spec, subject: Subject): MenuEntry => {
    const { href, isOn } = doing[id]
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
    menuOf: (subject, { except = [], isWhole = false } = {}) => {
      const shown = commandsFor(subject).filter(([id, spec]) => (isWhole || !spec.isQuiet) && !except.includes(id))
      return shown.flatMap(([id, spec], index): MenuEntry[] => {
        const before = shown[index - 1]?.[1]
        const entry = entryOf(id, spec, subject)
        return before && before.block !== spec.block ? [{ kind: 'separator' }, entry] : [entry]
      })
    },
  }
}
