import { join } from 'node:path'

import type { Log } from '../../../log'
import type { EngineApi } from '../../docker/engine-api'
import type { EnvironmentNow } from '../driver'
import { withFileLock } from '../record/file-lock'
import { makeLocks, type Locks } from '../record/locks'
import type { Monitor } from './monitor'
import type { Owner } from './names'
import type { Follower } from './output'
import { runFolder } from './state'
import type { Sample } from './use'

/** How workloads are reached: at the address of their container, or at a port of the engine's machine. */
export type Reach = { kind: 'container' } | { kind: 'published'; /** Where the port is opened. */ bind: string; /** Where it is reached from here. */ host: string }

/** What the verbs of the driver share. */
export type Room = {
  api: EngineApi
  owner: Owner
  /** Absolute folder for what is remembered of this target. */
  folder: string
  log: Log
  reach: Reach
  /** Where the subnets of environments are taken from. */
  pool: string
  locks: Locks
  monitors: Map<string, Monitor>
  followers: Map<string, Follower>
  samples: Map<string, Sample>
  /** Images whose programs may be run on any volume: those that images are made from here. */
  programs: readonly string[]
  environmentNow: EnvironmentNow
  closing: AbortSignal
  changed(environmentId: string): void
}

export type RoomRequest = Pick<Room, 'api' | 'owner' | 'folder' | 'log' | 'reach' | 'pool' | 'closing' | 'changed'> & { programs?: readonly string[]; environmentNow?: EnvironmentNow }

export function makeRoom(request: RoomRequest): Room {
  return { programs: [], environmentNow: async () => null, ...request, locks: makeLocks(), monitors: new Map(), followers: new Map(), samples: new Map() }
}

/** One verb at a time for each workload: in this process in the order of arrival, and among all workers. */
export async function exclusively<T>(room: Room, name: string, signal: AbortSignal | null, work: () => Promise<T>): Promise<T> {
  const { lock } = runFolder(room.folder, name)
  return room.locks.run(name, signal, () => withFileLock(lock, signal, work))
}

/** The same for the networks of an environment. */
export async function alone<T>(room: Room, environmentId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const lock = join(room.folder, '.locks', 'networks', environmentId)
  return room.locks.run(`network ${environmentId}`, signal, () => withFileLock(lock, signal, work))
}
