import type { Log } from '../../../log'
import { isAlive, type ProcessIdentity } from '../../process/identity'
import { listeningPorts } from '../../process/listening-ports'
import type { HealthCheck } from '../driver'
import { complaint, delayBefore, nextHealth } from './judge-health'
import { probePort } from './probe-port'
import { processesOf, type RunFolder } from './run-folder'
import { changeState, usableState, type State } from './state'

// Watches one run of one workload: whether its process lives, and how healthy it is. What it finds goes into the
// state file, so looking costs no waiting and a worker that comes back knows what was last known.

export type Monitor = {
  leader: ProcessIdentity
  /** What its processes listen on, as of the last failed check. */
  listening(): number[]
  /** Look now: the process may have ended. */
  poke(): void
  close(): void
}

export type MonitorRequest = {
  folder: RunFolder
  leader: ProcessIdentity
  /** Something that a look would show has changed. */
  onChange: (environmentId: string) => void
  /** The process is gone. Called once, and not after `close`. */
  onEnd: () => void
  log: Log
}

/** How soon the end of a process is noticed that is not our child. */
const ALIVE_EVERY_MS = 1_000

export function startMonitor({ folder, leader, onChange, onEnd, log }: MonitorRequest): Monitor {
  const closing = new AbortController()
  let listening: number[] = []
  let checks = 0
  let failed = 0
  let checking = false
  let nextCheckAt = 0
  let timer: NodeJS.Timeout | undefined

  const turn = () => {
    if (closing.signal.aborted) return
    if (!isAlive(leader)) {
      closing.abort()
      onEnd()
      return
    }
    if (!checking && Date.now() >= nextCheckAt) void check()
    const untilCheck = checking ? ALIVE_EVERY_MS : nextCheckAt - Date.now()
    clearTimeout(timer)
    timer = setTimeout(turn, Math.max(0, Math.min(untilCheck, ALIVE_EVERY_MS)))
    timer.unref()
  }

  const check = async () => {
    checking = true
    try {
      const before = usableState(folder)
      if (!before || !isSame(before.leader, leader) || before.check === null || before.port === null) return
      const answer = await probePort({ port: before.port, check: before.check, host: before.host, signal: closing.signal })
      if (!closing.signal.aborted && isAlive(leader)) record(before, before.check, before.port, answer)
    } catch (cause) {
      // Such as a full disk: the next check tries again.
      log.warn({ folder: folder.path, cause }, 'health of a workload could not be recorded')
    } finally {
      checking = false
      nextCheckAt = Date.now() + ALIVE_EVERY_MS
      const state = usableState(folder)
      if (state?.check) nextCheckAt = Date.now() + delayBefore(state, state.check, checks++)
      turn()
    }
  }

  const record = (before: State, check: HealthCheck, port: number, { host, finding }: Awaited<ReturnType<typeof probePort>>) => {
    const formerly = listening
    let message = complaint(check, finding, { port, wasHealthy: before.wasHealthy, listening: [] })
    failed = message === null ? 0 : failed + 1
    listening = message === null ? [] : listeningPorts(processesOf(folder, leader))
    if (message !== null) message = complaint(check, finding, { port, wasHealthy: before.wasHealthy, listening })

    const after = changeState(folder, (state) => {
      if (!isSame(state.leader, leader)) return {}
      const health = nextHealth(state, message, { failed, allowed: check.failures })
      return { ...health, host: message === null ? host : state.host }
    })
    if (!after || !isSame(after.leader, leader)) return
    if (after.health !== before.health || after.wasHealthy !== before.wasHealthy || String(listening) !== String(formerly)) {
      onChange(after.environmentId)
    }
  }

  // Not at once: whoever starts it has not yet written it down as started.
  timer = setTimeout(turn, 0)
  timer.unref()
  return {
    leader,
    listening: () => listening,
    poke: turn,
    close: () => {
      closing.abort()
      clearTimeout(timer)
    },
  }
}

export function isSame(a: ProcessIdentity | null, b: ProcessIdentity | null): boolean {
  return a !== null && b !== null && a.pid === b.pid && a.startTime === b.startTime
}
