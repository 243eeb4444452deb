'use client'

import { useLater } from '@/components/client/use-later'

import { usePresence } from './live-context'

const load = () => import('./presence-people').then((module) => module.PresencePeople)

/** Who else looks at this environment, in the bar above it; nothing while nobody does. */
export function PresenceAvatars() {
  const isAlone = usePresence((state) => Object.keys(state.tabs).length === 0)
  const people = useLater(load, !isAlone)
  return isAlone ? null : people
}
