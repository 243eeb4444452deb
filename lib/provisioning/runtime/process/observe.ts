import { readdirSync, statSync } from 'node:fs'

import type { LogFile, ObservedWorkload } from '../driver'
import { isLocked } from '../record/file-lock'
import { readHealth } from './health'
import { lookAt, type Look } from './look'
import { ensureMonitor, type Room } from './room'
import { isName, runFolder, type RunFolder } from './run-folder'
import { readState, usableState, type State, type StoredState } from './state'

/** Everything there, with or without a living process. A state that cannot be read is left out, and said once. */
export function storedWorkloads(room: Room, reported: Set<string>): { folder: RunFolder; state: State }[] {
  const names = new Set(folderNames(room))
  for (const name of room.states.keys()) if (!names.has(name)) room.states.delete(name)
  return [...names].flatMap((name) => {
    const folder = runFolder(room.paths, name)
    const stored = lastState(room, folder, name)
    if (stored.kind === 'state' && stored.state.name === name) return [{ folder, state: stored.state }]
    if (stored.kind === 'corrupt' && !reported.has(name)) {
      reported.add(name)
      room.log.warn({ workload: name, cause: stored.cause }, 'state of a workload cannot be read, leaving it out')
    }
    return []
  })
}

/** Every look reads every state, and hardly any has changed: a file is read again only when it is another one. */
function lastState(room: Room, folder: RunFolder, name: string): StoredState {
  const file = statSync(folder.state, { throwIfNoEntry: false })
  const version = file ? `${file.ino} ${file.mtimeMs} ${file.size}` : 'absent'
  const known = room.states.get(name)
  if (known?.version === version) return known.stored
  const stored = readState(folder)
  room.states.set(name, { version, stored })
  return stored
}

function folderNames(room: Room): string[] {
  try {
    return readdirSync(room.paths.workloads, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && isName(entry.name))
      .map((entry) => entry.name)
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** One workload as it is now; null when there is nothing of it: it was removed meanwhile, or is a job that was never started. */
export function observeOne(room: Room, folder: RunFolder, stored: State): ObservedWorkload | null {
  const seen = seeRun(folder, stored)
  if (!seen) return null
  const { state, look, starting } = seen
  if (look.lives && look.leader) ensureMonitor(room, state, look.leader)
  const monitor = room.monitors.get(state.name)
  const health = (monitor?.run === state.run ? monitor.unwritten() : null) ?? readHealth(folder, state)
  const lives = look.lives || starting
  return {
    name: state.name,
    environmentId: state.environmentId,
    serviceId: state.serviceId,
    deploymentId: state.deploymentId,
    role: state.role,
    part: state.part,
    generation: state.generation,
    phase: !lives ? 'exited' : state.role === 'job' || health.wasHealthy ? 'running' : 'starting',
    health: lives ? health.health : 'unknown',
    healthMessage: lives ? health.healthMessage : (state.failure?.message ?? null),
    address: lives && health.host !== null && state.port !== null ? { host: health.host, port: state.port } : null,
    pid: look.lives ? (look.leader?.pid ?? null) : null,
    exit: lives ? null : exitOf(state, look),
    restarts: state.restarts,
    startedAt: state.startedAt,
    listening: look.lives ? (monitor?.listening() ?? []) : [],
  }
}

type Seen = { state: State; look: Look; /** Somebody is about to start it. */ starting: boolean }

/**
 * A run that is intended but has not begun may be about to, here or in another worker: then its lock is held. If it is not,
 * a second look tells whether it has begun between the two.
 */
function seeRun(folder: RunFolder, stored: State): Seen | null {
  const look = lookAt(folder, stored)
  if (look.begun) return { state: stored, look, starting: false }
  if (isLocked(folder.lock)) return { state: stored, look, starting: true }
  const state = usableState(folder)
  if (!state) return null
  const again = lookAt(folder, state)
  if (again.begun) return { state, look: again, starting: false }
  // Cut short before anything was started. A service is started by the next apply; a job is as if it had never been asked for.
  return state.role === 'job' ? null : { state, look: again, starting: isLocked(folder.lock) }
}

function exitOf(state: State, { exit, stopping }: Look): ObservedWorkload['exit'] {
  if (!exit) return { code: null, signal: null, at: state.startedAt, byPlatform: stopping }
  return { code: exit.code, signal: exit.signal, at: exit.at, byPlatform: stopping || (state.former?.exit?.byPlatform ?? false) }
}

export function logFilesOf({ folder, state }: { folder: RunFolder; state: State }): LogFile[] {
  const ref = { name: state.name, environmentId: state.environmentId, serviceId: state.serviceId, deploymentId: state.deploymentId, part: state.part }
  return [
    { ...ref, stream: 'stdout', path: folder.stdout },
    { ...ref, stream: 'stderr', path: folder.stderr },
  ]
}
