import { delayBefore, nextHealth, type Health, type Streak } from '../health/judge-health'
import { checkHealth } from './check-health'
import { readHealth, writeHealth } from './health'
import type { Room } from './room'
import { readState, runFolder } from './state'

// Watches one container: how healthy it is, asked from outside. What it finds is written beside the state, so looking costs
// no waiting and a worker that comes back knows what was last known. That it has ended is for the engine to say.

export type Monitor = {
  container: string
  /** What it listens on, as of the last failed check. */
  listening(): number[]
  /** The last finding when it could not be written down; null when it could. */
  unwritten(): Health | null
  /** Resolves when a check that is under way has been ended. */
  close(): Promise<void>
}

const WHEN_UNKNOWN_MS = 1_000

export function startMonitor(room: Room, { name, container }: { name: string; container: string }): Monitor {
  const closing = new AbortController()
  let [listening, checks, unwritten]: [number[], number, Health | null] = [[], 0, null]
  let streak: Streak = { passed: 0, failed: 0 }
  let checking: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const turn = () => {
    if (!closing.signal.aborted) checking = check().then(again)
  }
  const again = (delayMs: number) => {
    if (closing.signal.aborted) return
    timer = setTimeout(turn, delayMs)
    timer.unref()
  }
  const check = async (): Promise<number> => {
    try {
      const state = readState(runFolder(room.folder, name))
      if (state?.container !== container || state.check === null) return WHEN_UNKNOWN_MS
      const before = unwritten ?? readHealth(room, name, container)
      const result = await checkHealth(room, { state, check: state.check, container, wasHealthy: before.wasHealthy }, closing.signal)
      if (result === null || closing.signal.aborted) return WHEN_UNKNOWN_MS
      const { message } = result
      streak = message === null ? { passed: streak.passed + 1, failed: 0 } : { passed: 0, failed: streak.failed + 1 }
      const after = nextHealth(before, message, { streak, check: state.check })
      const changed = String(listening) !== String(result.listening) || after.health !== before.health || after.wasHealthy !== before.wasHealthy
      listening = result.listening
      if (unwritten !== null || JSON.stringify(after) !== JSON.stringify(before)) keep(after)
      if (changed) room.changed(state.environmentId)
      return delayBefore(after, state.check, checks++)
    } catch (cause) {
      if (!closing.signal.aborted) room.log.warn({ workload: name, cause }, 'health of a workload could not be checked')
      return WHEN_UNKNOWN_MS
    }
  }
  // A full disk keeps nobody from becoming healthy: until there is room, this process knows it.
  const keep = (health: Health) => {
    try {
      writeHealth(room, { name, container }, health)
      unwritten = null
    } catch (cause) {
      if (unwritten === null) room.log.warn({ workload: name, cause }, 'health of a workload could not be written down, will try again')
      unwritten = health
    }
  }

  again(0)
  return {
    container,
    listening: () => listening,
    unwritten: () => unwritten,
    close: async () => {
      closing.abort()
      clearTimeout(timer)
      await checking
    },
  }
}
