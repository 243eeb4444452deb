import { activeDrains, followServices, forgetServices } from '../db/queries/engine/drains'
import type { Room } from './turn'
import { takeTurn } from './take-turn'

// Drains take turns, some side by side: a receiver that is slow keeps its own drain waiting, and one of these places, for as long as a request may take.

const SIDE_BY_SIDE = 12
/** Services that are gone are few. */
const FORGET_MS = 10 * 60_000

export type Drainer = {
  /** Begins the turns that are due, and answers when they have begun. */
  round(signal: AbortSignal): Promise<void>
  /** Resolves when those that were begun have ended. */
  settled(): Promise<void>
}

export function makeDrainer(room: Room): Drainer {
  const running = new Map<string, Promise<void>>()
  /** When each had its last turn, so that whoever waited the longest is next. */
  const former = new Map<string, number>()
  let turns = 0
  let forgottenAt = 0

  const begin = (id: string, signal: AbortSignal) => {
    former.set(id, ++turns)
    const turn = takeTurn(room, id, signal)
      .then(() => undefined, (cause: unknown) => room.log.warn({ drain: id, cause }, 'a turn of a drain failed, will try again'))
      .finally(() => running.delete(id))
    running.set(id, turn)
  }
  return {
    async round(signal) {
      const active = await activeDrains(room.db, room.now())
      const isKnown = new Set(active.map(({ id }) => id))
      for (const id of former.keys()) if (!isKnown.has(id)) former.delete(id)
      await followServices(room.db)
      const due = active.filter(({ id }) => !running.has(id)).sort((a, b) => (former.get(a.id) ?? 0) - (former.get(b.id) ?? 0))
      for (const { id } of due) if (running.size < SIDE_BY_SIDE && !signal.aborted) begin(id, signal)
      if (performance.now() - forgottenAt < FORGET_MS) return
      forgottenAt = performance.now()
      await forgetServices(room.db)
    },
    settled: async () => void (await Promise.all(running.values())),
  }
}
