import { lastLineId } from '../db/queries/drains'
import { activeDrains, followServices, forgetServices } from '../db/queries/engine/drains'
import type { Room } from './turn'
import { takeTurn } from './take-turn'

// Drains take turns, some side by side: a receiver that is slow keeps its own drain waiting, and one of these places, for as long as a request may take.

const SIDE_BY_SIDE = 12
/** Services come now and then. */
const FOLLOW_MS = 3_000
/** Services that are gone are few. */
const FORGET_MS = 10 * 60_000
/** Where no line came since there was nothing to send, a drain is looked at as rarely as this: for samples, and for lines that were stored while it was looked. */
const QUIET_MS = 5_000

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
  /** Those that had nothing to send: up to which line, and when that was. */
  const quiet = new Map<string, { line: bigint; at: number }>()
  let turns = 0
  let followedAt = -Infinity
  let forgottenAt = 0

  const begin = (id: string, line: bigint, signal: AbortSignal) => {
    former.set(id, ++turns)
    quiet.delete(id)
    const at = performance.now()
    const turn = takeTurn(room, id, signal)
      .then((end) => void (end === 'idle' && quiet.set(id, { line, at })), (cause: unknown) => room.log.warn({ drain: id, cause }, 'a turn of a drain failed, will try again'))
      .finally(() => running.delete(id))
    running.set(id, turn)
  }
  return {
    async round(signal) {
      const active = await activeDrains(room.db, room.now())
      const isKnown = new Set(active.map(({ id }) => id))
      for (const all of [former, quiet]) for (const id of all.keys()) if (!isKnown.has(id)) all.delete(id)
      const now = performance.now()
      if (now - followedAt >= FOLLOW_MS) {
        await followServices(room.db)
        followedAt = now
      }
      const line = await lastLineId(room.db)
      const isQuiet = (id: string) => quiet.get(id)?.line === line && now - quiet.get(id)!.at < QUIET_MS
      const due = active.filter(({ id, test }) => !running.has(id) && (test?.status === 'queued' || !isQuiet(id))).sort((a, b) => (former.get(a.id) ?? 0) - (former.get(b.id) ?? 0))
      for (const { id } of due) if (running.size < SIDE_BY_SIDE && !signal.aborted) begin(id, line, signal)
      if (performance.now() - forgottenAt < FORGET_MS) return
      forgottenAt = performance.now()
      await forgetServices(room.db)
    },
    settled: async () => void (await Promise.all(running.values())),
  }
}
