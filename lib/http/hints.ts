import { CHANNEL, type Hint } from '../events/announce'
import { log } from '../log'
import { database } from './platform'

// One LISTEN connection per process, shared by every open stream. A hint may be lost while that connection is being made
// again, so every listener is woken when it is back.

type Listener = (hint: Hint | 'look') => void
type Hub = { listeners: Set<Listener>; started: boolean }

const HELD = Symbol.for('easel.hints')

function hub(): Hub {
  const store = globalThis as { [HELD]?: Hub }
  return (store[HELD] ??= { listeners: new Set(), started: false })
}

/** Calls back on every hint, and with `look` when hints may have been lost. Returns a function that ends it. */
export function onHint(listener: Listener): () => void {
  const { listeners } = hub()
  listeners.add(listener)
  start()
  return () => listeners.delete(listener)
}

function start(): void {
  const state = hub()
  if (state.started) return
  state.started = true
  const tell = (hint: Hint | 'look') => {
    for (const listener of state.listeners) listener(hint)
  }
  database()
    .sql.listen(CHANNEL, (payload) => tell(JSON.parse(payload) as Hint), () => tell('look'))
    .catch((cause: unknown) => {
      state.started = false
      log.warn({ cause }, 'could not listen for hints, streams fall back to looking every few seconds')
    })
}
