import { createStore, type StoreApi } from 'zustand/vanilla'

import type { NewsFrame, PresenceFrame, PresentTab } from '@/lib/contract/live'

// Who else looks at this environment. Apart from what the canvas knows, so that a pointer that moves renders no node.

export type PresenceState = {
  /** The signed-in person; null until the server has said so. */
  userId: string | null
  /** Tabs of others, by key. */
  tabs: Readonly<Record<string, PresentTab>>
  /** What somebody did last with each service, as far as it was heard. */
  lastEdits: Readonly<Record<string, NewsFrame>>
}
export type PresenceStore = StoreApi<PresenceState>

export function createPresenceStore(): PresenceStore {
  return createStore<PresenceState>(() => ({ userId: null, tabs: {}, lastEdits: {} }))
}

/** Takes what the stream says. What did not change keeps its identity. */
export function receivePresence(store: PresenceStore, { isWhole, tabs, gone }: PresenceFrame): void {
  store.setState((state) => {
    const next: Record<string, PresentTab> = isWhole ? {} : { ...state.tabs }
    for (const key of gone) delete next[key]
    for (const tab of tabs) next[tab.key] = tab
    return { tabs: next }
  })
}

/** Without a connection nobody knows who is here. */
export function forgetEverybody(store: PresenceStore): void {
  if (Object.keys(store.getState().tabs).length > 0) store.setState({ tabs: {} })
}

export type PresentPerson = { id: string; name: string; role: PresentTab['user']['role']; open: string | null }

/** One entry per person, however many tabs they have, by name. */
export function peopleOf(tabs: PresenceState['tabs']): PresentPerson[] {
  const people = new Map<string, PresentPerson>()
  for (const { user, open } of Object.values(tabs)) people.set(user.id, { ...user, open: open ?? people.get(user.id)?.open ?? null })
  return [...people.values()].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
}

/** Names of those who have each node selected or its panel open, by node. */
export function attentionOf(tabs: PresenceState['tabs']): Record<string, string[]> {
  const names: Record<string, string[]> = {}
  for (const { user, selected, open } of Object.values(tabs)) {
    for (const id of new Set(open === null ? selected : [open, ...selected])) {
      const known = (names[id] ??= [])
      if (!known.includes(user.name)) known.push(user.name)
    }
  }
  return names
}
