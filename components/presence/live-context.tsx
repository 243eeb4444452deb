'use client'

import { createContext, use, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'

import { makeLive, type Live } from '@/components/client/live'

import { createPresenceStore, type PresenceState, type PresenceStore } from './presence-store'
import { makeReporter, type Reporter } from './reporter'

export type LiveEnvironment = { live: Live; presence: PresenceStore; reporter: Reporter }

const LiveContext = createContext<LiveEnvironment | null>(null)

/** The one connection of this tab, for everything below. It is opened by `useLiveCanvas`. */
export function LiveProvider({ environmentId, children }: { environmentId: string; children: ReactNode }) {
  const [value] = useState(() => {
    const live = makeLive(environmentId)
    return { live, presence: createPresenceStore(), reporter: makeReporter((presence) => live.say(presence)) }
  })
  return <LiveContext value={value}>{children}</LiveContext>
}

export function useLive(): LiveEnvironment {
  const value = use(LiveContext)
  if (!value) throw new Error('This needs a LiveProvider above it.')
  return value
}

/** A part of who is here; renders again when that part changes. */
export function usePresence<T>(select: (state: PresenceState) => T): T {
  return useStore(useLive().presence, useShallow(select))
}
