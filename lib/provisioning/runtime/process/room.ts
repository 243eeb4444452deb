import { setTimeout as sleep } from 'node:timers/promises'

import type { Log } from '../../../log'
import type { DataPaths } from '../../paths'
import { cgroupAt, type Cgroups } from '../../process/cgroup'
import type { ProcessIdentity } from '../../process/identity'
import { killMembers } from '../../process/kill-group'
import { readEnvironment } from '../../process/process-table'
import type { EnvironmentNow } from '../driver'
import { withFileLock } from '../record/file-lock'
import { makeLocks, type Locks } from '../record/locks'
import { lookAt } from './look'
import { isSame, startMonitor, type Monitor } from './monitor'
import { cgroupName, processesOf, runFolder } from './run-folder'
import { usableState, type State, type StoredState } from './state'

/** What the verbs of the driver share. */
export type Room = {
  paths: DataPaths
  log: Log
  /** The bundled file server of static sites. */
  staticServer: string
  /** Where the kernel can keep the processes of a workload together; null where it cannot. */
  cgroups: Cgroups | null
  locks: Locks
  monitors: Map<string, Monitor>
  /** States as they were last read, and which version of the file that was. */
  states: Map<string, { version: string; stored: StoredState }>
  /** What programs were given that were started here: for systems that do not show a process's environment. */
  environments: Map<string, Record<string, string>>
  environmentNow: EnvironmentNow
  changed(environmentId: string): void
}

export type RoomRequest = Pick<Room, 'paths' | 'log' | 'staticServer' | 'cgroups' | 'environmentNow' | 'changed'>

export function makeRoom(request: RoomRequest): Room {
  return { ...request, locks: makeLocks(), monitors: new Map(), states: new Map(), environments: new Map() }
}

/** How long what a program left behind may take to end by itself. */
export const LEFTOVER_GRACE_MS = 2_000

/** One verb at a time for each workload: in this process in the order of arrival, and among all workers. */
export async function exclusively<T>(room: Room, name: string, signal: AbortSignal | null, work: () => Promise<T>): Promise<T> {
  const { lock } = runFolder(room.paths, name)
  return room.locks.run(name, signal, () => withFileLock(lock, signal, work))
}

/** Folders of the group that keeps a workload: as they were written down, or as they are named when that cannot be read. */
export function cgroupOf(room: Room, name: string, state: State | null): readonly string[] {
  if (state) return state.cgroup
  return room.cgroups?.open(cgroupName(runFolder(room.paths, name), name), {})?.directories ?? []
}

/** Takes the empty group away. A process that has just ended holds it until its parent has taken note. */
export async function leaveCgroup(directories: readonly string[]): Promise<void> {
  for (let round = 0; round < 50 && !cgroupAt(directories).remove(); round++) await sleep(20)
}

/** Sees to it that a living run is watched; by one monitor, for this very run. */
export function ensureMonitor(room: Room, state: State, leader: ProcessIdentity): void {
  const { name, run } = state
  const present = room.monitors.get(name)
  if (present && present.run === run && isSame(present.leader, leader)) return
  dropMonitor(room, name)
  const monitor = startMonitor({
    folder: runFolder(room.paths, name),
    run,
    leader,
    environment: async () => {
      const given = environmentOf(leader) ?? room.environments.get(name) ?? null
      return given && { ...given, ...(await room.environmentNow(state.deploymentId)) }
    },
    onChange: room.changed,
    onEnd: () => ended(room, state, leader),
    log: room.log,
  })
  room.monitors.set(name, monitor)
}

export function dropMonitor(room: Room, name: string): void {
  // Whoever wants to know that its last check has ended waits for it: see the driver's `close`.
  void room.monitors.get(name)?.close()
  room.monitors.delete(name)
}

/** The keeper has what its program was given, and nobody changes it. */
function environmentOf({ pid }: ProcessIdentity): Record<string, string> | null {
  const entries = readEnvironment(pid)
  return entries && Object.fromEntries(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]))
}

/** A workload ends with its first process: what that left behind would hold the port against the next start. */
function ended(room: Room, { name, run, environmentId }: State, leader: ProcessIdentity): void {
  const folder = runFolder(room.paths, name)
  room.monitors.delete(name)
  room.environments.delete(name)
  room.changed(environmentId)
  const sweep = async () => {
    const state = usableState(folder)
    if (state?.run !== run) return
    const look = lookAt(folder, state)
    if (look.lives) return ensureMonitor(room, state, look.leader!)
    await killMembers(processesOf(folder, leader, state.cgroup), { graceMs: LEFTOVER_GRACE_MS })
    await leaveCgroup(state.cgroup)
  }
  exclusively(room, name, null, sweep).catch((cause: unknown) => {
    room.log.warn({ workload: name, cause }, 'processes left behind by a workload could not be ended')
  })
}
