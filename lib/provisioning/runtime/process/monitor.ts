import type { Log } from '../../../log'
import { isAlive, type ProcessIdentity } from '../../process/identity'
import { checkHealth, type CheckResult } from './check-health'
import { readHealth, writeHealth, type KnownHealth } from './health'
import { delayBefore, nextHealth, type Streak } from '../health/judge-health'
import type { RunFolder } from './run-folder'
import { usableState, type State } from './state'

// Watches one run of one workload: whether its process lives, and how healthy it is. What it finds goes into the folder of
// the run, so looking costs no waiting and a worker that comes back knows what was last known. Several workers may
// watch the same run.

export type Monitor = {
  run: string
  leader: ProcessIdentity
  /** What its processes listen on, as of the last failed check. */
  listening(): number[]
  /** The last finding when it could not be written down, as on a full disk; null when it could. */
  unwritten(): KnownHealth | null
  /** Look now: the process may have ended. */
  poke(): void
  /** Resolves when a check that is under way has been ended. */
  close(): Promise<void>
}

export type MonitorRequest = {
  folder: RunFolder
  run: string
  leader: ProcessIdentity
  /** Environment of the program as of now; null when it cannot be known. */
  environment: () => Promise<Record<string, string> | null>
  /** Something that a look would show has changed. */
  onChange: (environmentId: string) => void
  /** The process is gone. Called once, and not after `close`. */
  onEnd: () => void
  log: Log
}

/** How soon the end of a process is noticed that is not our child. */
const ALIVE_EVERY_MS = 1_000

export function startMonitor(request: MonitorRequest): Monitor {
  const { folder, run, leader, log } = request
  const closing = new AbortController()
  let listening: number[] = []
  let unwritten: KnownHealth | null = null
  let checks = 0
  let streak: Streak = { passed: 0, failed: 0 }
  let checking: Promise<void> | null = null
  let nextCheckAt = 0
  let timer: NodeJS.Timeout | undefined

  const turn = () => {
    if (closing.signal.aborted) return
    if (!isAlive(leader)) {
      closing.abort()
      request.onEnd()
      return
    }
    if (!checking && performance.now() >= nextCheckAt) checking = check().finally(checked)
    const untilCheck = checking ? ALIVE_EVERY_MS : nextCheckAt - performance.now()
    clearTimeout(timer)
    timer = setTimeout(turn, Math.max(0, Math.min(untilCheck, ALIVE_EVERY_MS)))
    timer.unref()
  }

  const checked = () => {
    checking = null
    turn()
  }

  const check = async () => {
    let delay = ALIVE_EVERY_MS
    try {
      const state = usableState(folder)
      if (state?.run !== run || state.check === null) return
      const result = await checkHealth({ ...request, state, check: state.check, known: known(state), signal: closing.signal })
      if (result && !closing.signal.aborted && isAlive(leader)) record(state, result)
      delay = delayBefore(known(state), state.check, checks++)
    } catch (cause) {
      if (!closing.signal.aborted) log.warn({ folder: folder.path, cause }, 'health of a workload could not be checked')
    } finally {
      nextCheckAt = performance.now() + delay
    }
  }

  const known = (state: State) => unwritten ?? readHealth(folder, state)

  // A full disk keeps nobody from becoming healthy: until there is room, this process knows it.
  const keep = (state: State, health: KnownHealth) => {
    try {
      writeHealth(folder, state, health)
      unwritten = null
    } catch (cause) {
      if (unwritten === null) log.warn({ folder: folder.path, cause }, 'health of a workload could not be written down, will try again')
      unwritten = health
    }
  }

  const record = (state: State, { message, host, listening: found }: CheckResult) => {
    const formerly = listening
    listening = found
    streak = message === null ? { passed: streak.passed + 1, failed: 0 } : { passed: 0, failed: streak.failed + 1 }
    const before = known(state)
    const after = { ...nextHealth(before, message, { streak, check: state.check! }), host: message === null ? host : before.host }
    if (unwritten !== null || JSON.stringify(after) !== JSON.stringify(before)) keep(state, after)
    if (after.health !== before.health || after.wasHealthy !== before.wasHealthy || String(listening) !== String(formerly)) request.onChange(state.environmentId)
  }

  // Not at once: whoever starts it has not yet written it down as started.
  timer = setTimeout(turn, 0)
  timer.unref()
  return {
    run,
    leader,
    listening: () => listening,
    unwritten: () => unwritten,
    poke: turn,
    close: async () => {
      closing.abort()
      clearTimeout(timer)
      await checking
    },
  }
}

export function isSame(a: ProcessIdentity | null, b: ProcessIdentity | null): boolean {
  return a !== null && b !== null && a.pid === b.pid && a.startTime === b.startTime
}
