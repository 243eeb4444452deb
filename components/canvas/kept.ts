import type { CanvasState, CanvasStore } from './store'

// What a person has typed and not saved, and what they can take back, outlives the canvas: who goes to another page of the console, or is sent
// to sign in again, finds it when they come back. In memory only, because what is typed may be secret; a full load of the page forgets it.

type Kept = Pick<CanvasState, 'drafts' | 'history'>

const kept = new Map<string, Kept>()

/** What the canvas with this key was left with; nothing for one that was not. `key`: of a person and an environment. */
export function keptOf(key: string): Partial<Kept> {
  return kept.get(key) ?? {}
}

/** Keeps what is in a store until it is asked for again. While somebody is elsewhere with unsaved edits, the browser asks before it forgets them. */
export function keep(key: string, store: CanvasStore): void {
  const { drafts, history } = store.getState()
  kept.set(key, { drafts, history })
  if (hasDrafts(drafts)) window.addEventListener('beforeunload', warn)
}

/** The canvas is there again, and looks after it itself. */
export function takeBack(key: string): void {
  kept.delete(key)
  if (![...kept.values()].some(({ drafts }) => hasDrafts(drafts))) window.removeEventListener('beforeunload', warn)
}

function hasDrafts(drafts: Kept['drafts']): boolean {
  return Object.keys(drafts).length > 0
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault()
}
