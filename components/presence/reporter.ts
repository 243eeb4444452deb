import type { Presence } from '@/lib/contract/live'
import { paceMs } from '@/lib/domain/pace'

export type Reporter = {
  /** Something about where this person is has changed. */
  set(part: Partial<Presence>): void
  /** How many others are here. Nothing is said while there is nobody to hear it. */
  setOthers(count: number): void
  /** Says everything again: the connection is new. */
  again(): void
  stop(): void
}

/** Others forget who is silent for long. */
const REPEAT_MS = 10_000
const NOWHERE: Presence = { pointer: null, selected: [], open: null }

/** Says where this person is, one word at a time and no faster than the number of people allows. */
export function makeReporter(say: (presence: Presence) => Promise<void>): Reporter {
  let presence = NOWHERE
  let others = 0
  let isStale = false
  let isSaying = false
  let saidAt = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const schedule = () => {
    if (others === 0 || isSaying) return
    if (timer !== null) clearTimeout(timer)
    const due = saidAt + (isStale ? paceMs(others + 1) : REPEAT_MS)
    timer = setTimeout(() => void speak(), Math.max(0, due - Date.now()))
  }
  const speak = async () => {
    isSaying = true
    isStale = false
    saidAt = Date.now()
    await say(presence)
    isSaying = false
    schedule()
  }
  const changed = () => {
    if (isStale) return
    isStale = true
    schedule()
  }
  return {
    set(part) {
      const next = { ...presence, ...part }
      if (JSON.stringify(next) === JSON.stringify(presence)) return
      presence = next
      changed()
    },
    setOthers(count) {
      if (count === others) return
      const wasAlone = others === 0
      others = count
      if (count === 0 && timer !== null) clearTimeout(timer)
      if (wasAlone) {
        isStale = true
        schedule()
      }
    },
    again: changed,
    stop() {
      others = 0
      if (timer !== null) clearTimeout(timer)
    },
  }
}
