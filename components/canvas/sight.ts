import type { CanvasState, CanvasStore } from './store'

/** How one person likes to look at canvases: kept in the browser, nobody else's matter. */
export type Sight = Pick<CanvasState, 'isSnapping' | 'hasMap'>

const KEY = 'easel.canvas'

/** Takes what was kept; nothing where the browser keeps nothing. */
export function recallSight(store: CanvasStore): void {
  try {
    const kept = JSON.parse(window.localStorage.getItem(KEY) ?? '{}') as Partial<Record<keyof Sight, unknown>>
    const known = Object.fromEntries((['isSnapping', 'hasMap'] as const).flatMap((key) => (typeof kept[key] === 'boolean' ? [[key, kept[key]]] : [])))
    store.setState(known)
  } catch {
    // A browser that refuses, or something that is not ours: as it is for everybody at first.
  }
}

export function rememberSight(store: CanvasStore, sight: Partial<Sight>): void {
  store.setState(sight)
  const { isSnapping, hasMap } = store.getState()
  try {
    window.localStorage.setItem(KEY, JSON.stringify({ isSnapping, hasMap }))
  } catch {
    // It holds until the page is left.
  }
}
