import type { Place } from './placement'

export type Places = Readonly<Record<string, Place>>
export type Move = { before: Places; after: Places }
export type History = { past: readonly Move[]; future: readonly Move[] }

const LONGEST = 100

/** Remembers a move. What had been undone can no longer be redone. */
export function remember(history: History, move: Move): History {
  return { past: [...history.past, move].slice(-LONGEST), future: [] }
}

/** The move to take back and the history after that; null when there is none. */
export function undo(history: History): { places: Places; history: History } | null {
  const move = history.past.at(-1)
  return move ? { places: move.before, history: { past: history.past.slice(0, -1), future: [move, ...history.future] } } : null
}

/** The move to make again and the history after that; null when there is none. */
export function redo(history: History): { places: Places; history: History } | null {
  const [move, ...future] = history.future
  return move ? { places: move.after, history: { past: [...history.past, move], future } } : null
}
