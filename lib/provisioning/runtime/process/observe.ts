import { readdirSync } from 'node:fs'

import type { LogFile, ObservedWorkload } from '../driver'
import { ensureMonitor, type Room } from './room'
import { runFolder, type RunFolder } from './run-folder'
import { isRunning, settleExit } from './settle-exit'
import { readState, type State } from './state'

/** Everything there, with or without a living process. A state that cannot be read is left out, and said once. */
export function storedWorkloads(room: Room, reported: Set<string>): { folder: RunFolder; state: State }[] {
  return folderNames(room).flatMap((name) => {
    const folder = runFolder(room.paths, name)
    const stored = readState(folder)
    if (stored.kind === 'state' && stored.state.name === name) return [{ folder, state: stored.state }]
    if (stored.kind === 'corrupt' && !reported.has(name)) {
      reported.add(name)
      room.log.warn({ workload: name, cause: stored.cause }, 'state of a workload cannot be read, leaving it out')
    }
    return []
  })
}

function folderNames(room: Room): string[] {
  try {
    return readdirSync(room.paths.workloads, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && /^[a-z0-9][a-z0-9-]{0,99}$/.test(entry.name))
      .map((entry) => entry.name)
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** One workload as it is now. */
export function observeOne(room: Room, folder: RunFolder, stored: State): ObservedWorkload {
  const starting = room.locks.isHeld(stored.name) && stored.leader === null && stored.exit === null
  const running = isRunning(stored)
  if (running) ensureMonitor(room, stored)
  const state = running || starting ? stored : (settleExit(folder) ?? stored)
  const lives = running || starting
  return {
    name: state.name,
    environmentId: state.environmentId,
    serviceId: state.serviceId,
    deploymentId: state.deploymentId,
    role: state.role,
    part: state.part,
    generation: state.generation,
    phase: lives ? (state.wasHealthy ? 'running' : 'starting') : 'exited',
    health: lives ? state.health : 'unknown',
    healthMessage: state.healthMessage,
    address: lives && state.host !== null && state.port !== null ? { host: state.host, port: state.port } : null,
    pid: running ? (state.leader?.pid ?? null) : null,
    exit: lives ? null : state.exit,
    restarts: state.restarts,
    startedAt: state.startedAt,
    listening: running ? (room.monitors.get(state.name)?.listening() ?? []) : [],
  }
}

export function logFilesOf({ folder, state }: { folder: RunFolder; state: State }): LogFile[] {
  const ref = { name: state.name, environmentId: state.environmentId, serviceId: state.serviceId, deploymentId: state.deploymentId, part: state.part }
  return [
    { ...ref, stream: 'stdout', path: folder.stdout },
    { ...ref, stream: 'stderr', path: folder.stderr },
  ]
}
