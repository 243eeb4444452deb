import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { killMembers } from '../../process/kill-group'
import type { WorkloadRef } from '../driver'
import { lookAt, markStopping, refuse } from './look'
import { rememberRemoved } from '../record/removed-jobs'
import { cgroupOf, dropMonitor, leaveCgroup, type Room } from './room'
import { processesOf, runFiles, runFolder, type RunFolder } from './run-folder'
import { usableState } from './state'

const TRASH = '.trash-'

export type Ending = { graceMs: number; signal: AbortSignal }

/** Ends its processes; the record stays and says that it was us. */
export async function stopWorkload(room: Room, ref: WorkloadRef, ending: Ending): Promise<void> {
  const folder = runFolder(room.paths, ref.name)
  if (!existsSync(folder.path)) return
  await endProcesses(room, ref, ending)
  room.changed(usableState(folder)?.environmentId ?? ref.environmentId)
}

/** Ends its processes, then removes all it has on disk. */
export async function removeWorkload(room: Room, ref: WorkloadRef, ending: Ending): Promise<void> {
  const folder = runFolder(room.paths, ref.name)
  if (!existsSync(folder.path)) return
  await endProcesses(room, ref, ending)
  if (mayBeJob(folder)) rememberRemoved(room.paths.workloads, ref.name)
  // Out of sight in one step: a removal that is cut short must not leave half a workload to be seen.
  const trash = join(room.paths.workloads, `${TRASH}${ref.name}-${Date.now()}`)
  renameSync(folder.path, trash)
  room.changed(ref.environmentId)
  await rm(trash, { recursive: true, force: true }).catch((cause: unknown) => {
    // Such as folders that a program made read-only. It is gone for all that matters; the next driver tries again.
    room.log.warn({ workload: ref.name, cause }, 'files of a removed workload could not be deleted')
  })
}

async function endProcesses(room: Room, ref: WorkloadRef, { graceMs, signal }: Ending): Promise<void> {
  const folder = runFolder(room.paths, ref.name)
  const state = usableState(folder)
  if (state) {
    const files = runFiles(folder, state.run)
    mkdirSync(files.path, { recursive: true, mode: 0o700 })
    // Before the first signal: whoever looks from now on knows that the end was wanted.
    markStopping(files)
    refuse(files)
  }
  const leader = state && lookAt(folder, state).leader
  const cgroup = cgroupOf(room, ref.name, state)
  await killMembers(processesOf(folder, leader, cgroup), { graceMs, signal, leaderLast: true })
  await leaveCgroup(cgroup)
  dropMonitor(room, ref.name)
  room.environments.delete(ref.name)
}

/** When its state cannot be read, it may have been one. */
function mayBeJob(folder: RunFolder): boolean {
  return (usableState(folder)?.role ?? 'job') === 'job'
}

/** Finishes removals that were cut short. */
export async function emptyTrash(room: Room): Promise<void> {
  if (!existsSync(room.paths.workloads)) return
  for (const name of readdirSync(room.paths.workloads).filter((entry) => entry.startsWith(TRASH))) {
    await rm(join(room.paths.workloads, name), { recursive: true, force: true })
  }
}
