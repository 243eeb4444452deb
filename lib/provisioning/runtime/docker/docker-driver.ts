import { mkdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import type { Log } from '../../../log'
import type { EngineApi } from '../../docker/engine-api'
import { AppError } from '../../../errors'
import type { EnvironmentNow, Probe, RuntimeDriver } from '../driver'
import { removeFence } from '../record/fence'
import { applyWorkload } from './apply'
import { removeWorkload, stopWorkload } from './end'
import { hostAddressOf } from './host-address'
import { ensureNetwork, forgetNetworks } from './network'
import { logFilesOf, observeAll } from './observe'
import { exclusively, makeRoom, type Reach, type Room } from './room'
import { printedIn } from './printed'
import { openTerminal } from './terminal'
import { makeTrials } from './trial'
import { measure } from './use'
import { makeVolumes } from './volumes'
import { listen } from './watch'
import { makeWatchers } from '../watchers'

// Runs workloads as containers of one Docker engine.
//
// The engine is where the state is: containers, networks and volumes with derived names and our labels. A small folder of
// ours keeps what it cannot: generations, who ended what, how far output was read. Several workers may have a driver on
// the same engine and folder at once; verbs of one workload take turns by a lock file.

export type DockerDriverOptions = {
  api: EngineApi
  /** Absolute folder of this target, for what is remembered of its workloads and for their output. */
  folder: string
  instanceId: string
  targetId: string
  log: Log
  /** How workloads are reached from here; null: at their own address where the engine is on this machine, or at a published port. */
  reach?: Reach | null
  /** Addresses that networks are taken from, as `10.208.0.0/12`. */
  pool?: string
  /** Images whose programs may be run on any volume. */
  programs?: readonly string[]
  /** Asked by each check by command. */
  environmentNow?: EnvironmentNow
}

const POOL = '10.208.0.0/12'

/** The driver of the `docker` runtime. Looks after what already runs from the moment it is made. */
export function dockerDriver({ api, folder, instanceId, targetId, log, reach = null, pool = POOL, programs = [], environmentNow = async () => null }: DockerDriverOptions): RuntimeDriver {
  const { watch, changed, clear } = makeWatchers(log)
  const closing = new AbortController()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const room = makeRoom({ api, owner: { instanceId, targetId }, folder: resolve(folder), log, reach: reach ?? usualReach(api), pool, programs, environmentNow, closing: closing.signal, changed })
  const listening = listen(room)

  return {
    capabilities: { kind: 'docker', volumes: true, exec: true, overlap: true, isolation: 'network', limits: true, replicas: true, ports: 'workload', artifacts: 'images' },
    probe: (signal) => probeEngine(room, signal),
    ensureNetwork: (environmentId, { linksOnly }, signal) => ensureNetwork(room, environmentId, linksOnly ? 'only' : 'all', signal),
    forgetEnvironment: (environmentId, signal) => forgetNetworks(room, environmentId, signal),
    apply: (workload, signal) => exclusively(room, workload.name, signal, () => applyWorkload(room, workload, signal)),
    remove: (ref, graceMs, signal) => exclusively(room, ref.name, signal, () => removeWorkload(room, ref, { graceMs, signal })),
    stop: (ref, graceMs, signal) => exclusively(room, ref.name, signal, () => stopWorkload(room, ref, { graceMs, signal })),
    async forget(serviceId, signal) {
      signal.throwIfAborted()
      removeFence(room.folder, serviceId)
    },
    observe: (environmentId, signal) => observeAll(room, environmentId, signal),
    logFiles: (signal) => logFilesOf(room, signal),
    use: (signal) => measure(room, signal),
    terminal: (ref, session, signal) => openTerminal(room, ref, { session, signal }),
    printed: (ref, argv, signal) => printedIn(room, ref, { argv, signal }),
    trials: makeTrials(room),
    volumes: makeVolumes(room),
    watch,
    async close() {
      clear()
      closing.abort()
      const ending = [...room.monitors.values(), ...room.followers.values()].map((each) => each.close())
      room.monitors.clear()
      await Promise.all([listening, ...ending])
    },
  }
}

/** The address of a container leads there only from the machine that it is on, and only where that is Linux. */
function usualReach({ connection }: EngineApi): Reach {
  if (connection.kind !== 'socket') return { kind: 'published', bind: '0.0.0.0', host: connection.host }
  return process.platform === 'linux' && !insideContainer() ? { kind: 'container' } : { kind: 'published', bind: '127.0.0.1', host: '127.0.0.1' }
}

/** Whether we run in a container ourselves: then the engine's socket is here, and its networks are not. */
function insideContainer(): boolean {
  try {
    return readFileSync('/proc/1/cgroup', 'utf8').split('\n').some((line) => /\/docker[/-]/.test(line))
  } catch {
    return false
  }
}

async function probeEngine(room: Room, signal: AbortSignal): Promise<Probe> {
  const { api } = room
  try {
    const { os, engine: version } = await api.version(signal)
    if (os !== 'linux') return { ok: false, message: 'The Docker engine runs Windows containers. Switch it to Linux containers.' }
    await api.run({ method: 'GET', path: '/_ping', signal })
    // It is usable without.
    const hostAddress = await hostAddressOf(room, signal).catch(() => null)
    return { ok: true, version, ...(hostAddress === null ? {} : { hostAddress }) }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError) return { ok: false, message: error.message }
    throw error
  }
}
