'use client'

import { createContext, use, useEffect, useMemo, useState, type ComponentType, type ReactNode } from 'react'

import { makeArrival } from '@/components/client/arrival'
import type { Item, MenuEntry, MenuItems } from '@/components/ui/menu'
import { toast } from '@/components/ui/toast'

import { useCanvas } from '../canvas-context'
import type { Place } from '../placement'
import type { CanvasView } from '../use-canvas-view'
import type { CommandDeskProps } from './command-desk'
import type { Subject } from './subject'
import type { CommandId } from './table'

// What commands are called, how they look and how they are done takes more code than a canvas needs to be seen and moved. It is the
// desk, which is loaded once the canvas is live, or when it is asked for before that: nothing that was asked meanwhile is lost.

export type Commands = {
  /** Whether the desk is there. */
  isThere: boolean
  /** Does a command, if it can be done. */
  run: (id: CommandId, subject: Subject) => void
  /** Why a command cannot be done now; null when it can, or while that is not known. */
  why: (id: CommandId, subject: Subject) => string | null
  /** A command of a subject as an entry of a menu; null while there is no desk. */
  entryOf: (id: CommandId, subject: Subject) => Item | null
  /** The commands of a subject as a menu. */
  menuOf: (subject: Subject, options?: MenuOptions) => MenuItems
  /** What can be added; `at` is asked for when something is chosen. */
  addMenu: (at: () => Place | null) => MenuItems
  /** Whether commands wait for the desk. */
  isWaiting: () => boolean
  /** Does something after them. */
  after: (work: () => void) => void
  /** Brings the desk; resolves with whether it is there. */
  bring: () => Promise<boolean>
}

/** `isWhole`: with those that would be noise in a menu. */
export type MenuOptions = { except?: readonly CommandId[]; isWhole?: boolean }

/** What the desk can do, once it is there. */
export type Desk = Pick<Commands, 'run' | 'why'> & {
  entryOf: (id: CommandId, subject: Subject) => Item
  menuOf: (subject: Subject, options?: MenuOptions) => MenuEntry[]
  addMenu: (at: () => Place | null) => MenuEntry[]
}

const CommandsContext = createContext<Commands | null>(null)

export function CommandsProvider({ view, setView, children }: { view: CanvasView; setView: (view: CanvasView) => void; children: ReactNode }) {
  const [Host, setHost] = useState<ComponentType<CommandDeskProps> | null>(null)
  const [desk, setDesk] = useState<Desk | null>(null)
  const [arrival] = useState(() => makeArrival<Desk>(() => import('./command-desk').then(({ CommandDesk }) => setHost(() => CommandDesk)), tellFailure))
  const isLive = useCanvas((state) => state.connection === 'live')
  useEffect(() => (isLive ? whenIdle(() => (arrival.bringAhead(), bringRest())) : undefined), [isLive, arrival])
  const commands = useMemo((): Commands => {
    return {
      isThere: desk !== null,
      run: (id, subject) => arrival.ask((it) => it.run(id, subject)),
      why: (id, subject) => desk?.why(id, subject) ?? null,
      entryOf: (id, subject) => desk?.entryOf(id, subject) ?? null,
      menuOf: (subject, options) => desk?.menuOf(subject, options) ?? arrival.bring,
      addMenu: (at) => desk?.addMenu(at) ?? arrival.bring,
      isWaiting: arrival.isAwaited,
      after: arrival.ask,
      bring: arrival.bring,
    }
  }, [desk, arrival])
  const onReady = useMemo(() => (ready: Desk) => (setDesk(ready), arrival.arrive(ready)), [arrival])
  return (
    <CommandsContext value={commands}>
      {children}
      {Host === null ? null : <Host view={view} setView={setView} onReady={onReady} />}
    </CommandsContext>
  )
}

export function useCommands(): Commands {
  const commands = use(CommandsContext)
  if (!commands) throw new Error('This needs a CommandsProvider above it.')
  return commands
}

function tellFailure(): void {
  toast.error('A part of the console could not be loaded.', { description: 'Nothing was done. Check the connection and try again.' })
}

/** What most people need next, so that they have it when the connection is lost. What does not come is fetched when it is wanted. */
function bringRest(): void {
  for (const part of [import('@/components/ui/menu-view'), import('@/components/ui/toaster-view')]) part.catch(() => undefined)
}

/** Calls back when the browser has nothing to do. Returns a function that ends the waiting. */
function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(work, 500)
    return () => clearTimeout(timer)
  }
  const waiting = requestIdleCallback(work, { timeout: 5_000 })
  return () => cancelIdleCallback(waiting)
}
