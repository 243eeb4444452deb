import { accessSync, constants, mkdirSync } from 'node:fs'

import type { Log } from '../../../log'
import type { DataPaths } from '../../paths'
import type { Cgroups } from '../../process/cgroup'
import type { EnvironmentNow, Probe, RuntimeDriver } from '../driver'
import { applyWorkload } from './apply'
import { emptyTrash, removeWorkload, stopWorkload } from './end'
import { removeFence } from '../record/fence'
import { SHELL } from './keeper'
import { logFilesOf, observeOne, storedWorkloads } from './observe'
import { lookAt } from './look'
import { ensureMonitor, exclusively, makeRoom, type Room } from './room'
import { measureAll, type FormerUse } from './use'
import { emptyVolumeTrash, makeVolumes } from './volumes'
import { makeWatchers } from '../watchers'

// Runs workloads as processes of this machine.
//
// A workload is a folder with its state, its output and its HOME, and a process group that outlives the worker. A
// new driver on the same folders takes over what runs there: by pid and start time, never by the pid alone.
//
// Several workers may have a driver on the same folders at once. Verbs of one workload take turns by a lock file; what
// they decide is in the state file, which nobody else writes. Whoever watches a run writes into the folder of that run.

export type ProcessDriverOptions = {
  paths: DataPaths
  log: Log
  platformEntry: {
    /** The bundled file server for static sites (dist/static-server.mjs). */
    staticServer: string
  }
  /** Where the kernel can keep the processes of a workload together, so that ending it ends each of them. */
  cgroups?: Cgroups | null
  /** Asked by each check by command. */
  environmentNow?: EnvironmentNow
}

/** The driver of the `process` runtime. Looks after what already runs from the moment it is made. */
export function processDriver({ paths, log, platformEntry, cgroups = null, environmentNow = async () => null }: ProcessDriverOptions): RuntimeDriver {
  const { watch, changed, clear } = makeWatchers(log)
  const reported = new Set<string>()
  const room = makeRoom({ paths, log, staticServer: platformEntry.staticServer, cgroups, environmentNow, changed })
  const formerUse: FormerUse = new Map()
  const stored = () => storedWorkloads(room, reported)

  watchAll(room, stored())
  emptyTrash(room).catch((cause: unknown) => log.warn({ cause }, 'files of removed workloads could not be deleted'))
  emptyVolumeTrash(room).catch((cause: unknown) => log.warn({ cause }, 'files of removed volumes could not be deleted'))

  return {
    capabilities: { kind: 'process', volumes: true, exec: false, overlap: true, isolation: 'none', limits: false, replicas: false, ports: 'machine', artifacts: 'folders' },
    probe: async () => probeMachine(paths),
    ensureNetwork: async () => undefined,
    forgetEnvironment: async () => undefined,
    async use(signal) {
      signal.throwIfAborted()
      return measureAll(stored(), formerUse)
    },
    apply: (workload, signal) => exclusively(room, workload.name, signal, () => applyWorkload(room, workload, signal)),
    remove: (ref, graceMs, signal) => exclusively(room, ref.name, signal, () => removeWorkload(room, ref, { graceMs, signal })),
    stop: (ref, graceMs, signal) => exclusively(room, ref.name, signal, () => stopWorkload(room, ref, { graceMs, signal })),
    async forget(serviceId, signal) {
      signal.throwIfAborted()
      removeFence(paths.workloads, serviceId)
    },
    async observe(environmentId, signal) {
      signal.throwIfAborted()
      return stored()
        .filter(({ state }) => environmentId === null || state.environmentId === environmentId)
        .map(({ folder, state }) => observeOne(room, folder, state))
        .filter((seen) => seen !== null)
    },
    async logFiles(signal) {
      signal.throwIfAborted()
      return stored().flatMap(logFilesOf)
    },
    volumes: makeVolumes(room, stored),
    watch,
    async close() {
      clear()
      const monitors = [...room.monitors.values()]
      room.monitors.clear()
      await Promise.all(monitors.map((monitor) => monitor.close()))
    },
  }
}

/** What already runs is looked after from the start. */
function watchAll(room: Room, stored: ReturnType<typeof storedWorkloads>): void {
  for (const { folder, state } of stored) {
    const { lives, leader } = lookAt(folder, state)
    if (lives && leader) ensureMonitor(room, state, leader)
  }
}

function probeMachine(paths: DataPaths): Probe {
  if (process.platform === 'win32') return { ok: false, message: 'Services cannot run as processes on Windows. Run Easel on Linux or macOS.' }
  try {
    mkdirSync(paths.workloads, { recursive: true, mode: 0o700 })
    accessSync(paths.workloads, constants.W_OK)
  } catch {
    return { ok: false, message: `The folder ${paths.workloads} cannot be written to. Give the user that runs Easel the right to.` }
  }
  try {
    accessSync(SHELL, constants.X_OK)
  } catch {
    return { ok: false, message: `${SHELL} is missing on this machine. Install a POSIX shell.` }
  }
  return { ok: true }
}
