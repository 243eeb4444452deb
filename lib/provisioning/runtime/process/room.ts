import type { Log } from '../../../log'
import type { DataPaths } from '../../paths'
import { killMembers } from '../../process/kill-group'
import { makeLocks, type Locks } from './locks'
import { isSame, startMonitor, type Monitor } from './monitor'
import { processesOf, runFolder } from './run-folder'
import { settleExit } from './settle-exit'
import { usableState, type State } from './state'

/** What the verbs of the driver share. */
export type Room = {
  paths: DataPaths
  log: Log
  /** The bundled file server of static sites. */
  staticServer: string
  locks: Locks
  monitors: Map<string, Monitor>
  changed(environmentId: string): void
}

export type RoomRequest = Pick<Room, 'paths' | 'log' | 'staticServer' | 'changed'>

export function makeRoom(request: RoomRequest): Room {
  return { ...request, locks: makeLocks(), monitors: new Map() }
}

/** How long what a program left behind may take to end by itself. */
export const LEFTOVER_GRACE_MS = 2_000

/** Sees to it that a living run is watched; by one monitor, for this very run. */
export function ensureMonitor(room: Room, state: State): void {
  const { name, leader } = state
  if (leader === null) return
  const present = room.monitors.get(name)
  if (present && isSame(present.leader, leader)) return
  present?.close()
  const folder = runFolder(room.paths, name)
  room.monitors.set(name, startMonitor({ folder, leader, onChange: room.changed, onEnd: () => ended(room, state), log: room.log }))
}

export function dropMonitor(room: Room, name: string): void {
  room.monitors.get(name)?.close()
  room.monitors.delete(name)
}

/** A workload ends with its first process: what that left behind would hold the port against the next start. */
function ended(room: Room, run: State): void {
  const folder = runFolder(room.paths, run.name)
  room.monitors.delete(run.name)
  try {
    settleExit(folder)
  } catch (cause) {
    // The next look settles it.
    room.log.warn({ workload: run.name, cause }, 'end of a workload could not be recorded')
  }
  room.changed(run.environmentId)
  const sweep = async () => {
    if (isSame(usableState(folder)?.leader ?? null, run.leader)) await killMembers(processesOf(folder, run.leader), { graceMs: LEFTOVER_GRACE_MS })
  }
  room.locks.run(run.name, null, sweep).catch((cause: unknown) => {
    room.log.warn({ workload: run.name, cause }, 'processes left behind by a workload could not be ended')
  })
}
