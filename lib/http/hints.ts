import { CHANNEL, type Hint } from '../events/announce'
import { log } from '../log'
import type { Database } from '../db/connection'

// One LISTEN connection per process, shared by every open stream. A hint may be lost while that connection is being made
// again, so every listener is woken when it is back.

type Listener = (hint: Hint | 'look') => void

export type Hints = {
  /** Calls back on every hint, and with `look` when hints may have been lost. Returns a function that ends it. */
  on(listener: Listener): () => void
  /** How many listen. */
  count(): number
}

/** Listens from the first listener on. */
export function makeHints(sql: Database['sql']): Hints {
  const listeners = new Set<Listener>()
  let isStarted = false
  const tell = (hint: Hint | 'look') => {
    for (const listener of listeners) listener(hint)
  }
  const start = () => {
    if (isStarted) return
    isStarted = true
    sql.listen(CHANNEL, (payload) => tell(JSON.parse(payload) as Hint), () => tell('look')).catch((cause: unknown) => {
      isStarted = false
      log.warn({ cause }, 'could not listen for hints, streams fall back to looking every few seconds')
    })
  }
  return {
    on(listener) {
      listeners.add(listener)
      start()
      return () => void listeners.delete(listener)
    },
    count: () => listeners.size,
  }
}
