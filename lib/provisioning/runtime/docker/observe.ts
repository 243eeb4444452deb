import { statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'

import type { LogFile, ObservedWorkload } from '../driver'
import { isLocked } from '../record/file-lock'
import { neverStarted, type Inspected, type Listed } from './answers'
import { hasBegun } from './apply'
import { inspect, listOurs } from './containers'
import { readHealth } from './health'
import { addressOf } from './address'
import { dropMonitor, lookAfter } from './look-after'
import { LABEL } from './names'
import { catchUp, isComplete } from './output'
import type { Room } from './room'
import { readState, runFolder, storedNames, type State } from './state'

/** How many containers are asked about at once. */
const AT_ONCE = 8
/** How long files are held back for the last lines of what has ended. */
const LAST_LINES_MS = 3_000

/** Everything of ours as it is now: what the engine has, and what it has lost. */
export async function observeAll(room: Room, environmentId: string | null, signal: AbortSignal): Promise<ObservedWorkload[]> {
  const listed = await listOurs(room, signal, environmentId === null ? {} : { [LABEL.environment]: environmentId })
  const workloads = listed.filter(({ Labels }) => Labels[LABEL.name] !== undefined)
  const seen: ObservedWorkload[] = []
  for (let from = 0; from < workloads.length; from += AT_ONCE) {
    const looks = workloads.slice(from, from + AT_ONCE).map((each) => observeContainer(room, each, signal))
    seen.push(...(await Promise.all(looks)).filter((one) => one !== null))
  }
  const present = new Set(workloads.map(({ Labels }) => Labels[LABEL.name]))
  for (const name of storedNames(room.folder)) {
    if (present.has(name)) continue
    const gone = await observeGone(room, name, { environmentId, signal })
    if (gone) seen.push(gone)
  }
  return seen.sort((a, b) => a.name.localeCompare(b.name))
}

async function observeContainer(room: Room, { Id, Labels }: Listed, signal: AbortSignal): Promise<ObservedWorkload | null> {
  const container = await inspect(room, Id, signal)
  if (container === null) return null
  const state = readState(runFolder(room.folder, Labels[LABEL.name]!)) ?? stateOf(container)
  const { Running } = container.State
  if (Running) lookAfter(room, state, container)
  else dropMonitor(room, state.name)
  const starting = !Running && !hasBegun(container)
  const about = starting && isLocked(runFolder(room.folder, state.name).lock)
  // A job that was made and never started is as if it had never been asked for.
  if (starting && !about && state.role === 'job' && !state.stopping) return null
  const lives = Running || about
  const health = readHealth(room, state.name, container.Id)
  return {
    ...refOf(state),
    phase: !lives ? 'exited' : state.role === 'job' || health.wasHealthy ? 'running' : 'starting',
    health: lives ? health.health : 'unknown',
    healthMessage: lives ? health.healthMessage : complaintOf(container),
    address: lives && health.health !== 'unknown' ? addressOf(room.reach, container, state.port) : null,
    pid: Running ? container.State.Pid : null,
    exit: lives ? null : exitOf(container, state),
    startedAt: neverStarted(container) ? state.startedAt : container.State.StartedAt,
    listening: Running ? (room.monitors.get(state.name)?.listening() ?? []) : [],
  }
}

/** There is a record of it, and no container: it is being made, or somebody removed it. */
async function observeGone(room: Room, name: string, { environmentId, signal }: { environmentId: string | null; signal: AbortSignal }): Promise<ObservedWorkload | null> {
  const folder = runFolder(room.folder, name)
  const state = readState(folder)
  if (state === null || (environmentId !== null && state.environmentId !== environmentId)) return null
  const about = isLocked(folder.lock)
  if (state.container === null && state.role === 'job' && !about) return null
  if (!about && state.container !== null) {
    // Made since the list was asked for?
    const container = await inspect(room, state.container, signal)
    const again = readState(folder)
    if (container !== null && again !== null) return observeContainer(room, { Id: container.Id, ImageID: '', Labels: { ...container.Config.Labels, [LABEL.name]: name }, State: '', Created: 0, Names: [], Mounts: [] }, signal)
    if (again === null) return null
  }
  dropMonitor(room, name)
  const lost = state.container === null ? state.complaint : 'Its container was removed from the Docker engine.'
  const why = about || state.stopping ? null : lost
  return {
    ...refOf(state),
    phase: about ? 'starting' : 'exited',
    health: 'unknown',
    healthMessage: why,
    address: null,
    pid: null,
    exit: about ? null : { code: null, signal: null, at: firstNoticed(folder.ended), byPlatform: state.stopping, why },
    startedAt: state.startedAt,
    listening: [],
  }
}

function refOf({ name, environmentId, serviceId, deploymentId, role, part, generation, restarts }: State) {
  return { name, environmentId, serviceId, deploymentId, role, part, generation, restarts }
}

/** What the labels say, where our own record is lost. */
function stateOf({ Id, Config: { Labels }, State }: Inspected): State {
  const label = (name: string) => Labels[name] ?? ''
  return {
    version: 1,
    name: label(LABEL.name),
    environmentId: label(LABEL.environment),
    serviceId: label(LABEL.service),
    deploymentId: label(LABEL.deployment),
    role: label(LABEL.role) === 'job' ? 'job' : 'service',
    part: label(LABEL.part),
    generation: Number(label(LABEL.generation)),
    port: label(LABEL.port) === '' ? null : Number(label(LABEL.port)),
    check: null,
    names: [],
    reaches: 'all',
    container: Id,
    stopping: false,
    lost: false,
    complaint: null,
    startedAt: State.StartedAt,
    restarts: 0,
  }
}

/** Why it ended, where a code alone would not tell; null otherwise. */
function complaintOf({ State, HostConfig, Path }: Inspected): string | null {
  if (State.OOMKilled) return `It was ended because it used more memory than its limit of ${Math.round(HostConfig.Memory / 1024 / 1024)} MiB. Give it more, or let it use less.`
  if (/not found|no such file/i.test(State.Error) || State.ExitCode === 127) return `The program "${Path}" was not found in its image, or calls one that is not there.`
  if (/permission denied/i.test(State.Error) || State.ExitCode === 126) return `The program "${Path}" cannot be executed in its image. Make it executable.`
  return State.Error === '' ? null : `It could not be started: ${State.Error.slice(0, 300)}`
}

/** As a shell does, the engine reports a death by signal as 128 + its number. */
function exitOf(container: Inspected, state: State): ObservedWorkload['exit'] {
  const { ExitCode, FinishedAt } = container.State
  const byPlatform = state.stopping && state.container === container.Id
  const why = complaintOf(container)
  if (!hasBegun(container)) return { code: null, signal: null, at: state.startedAt, byPlatform, why }
  const at = FinishedAt.getTime() > 0 ? FinishedAt : state.startedAt
  const signal = Object.entries(constants.signals).find(([, number]) => number === ExitCode - 128)?.[0]
  return signal ? { code: null, signal, at, byPlatform, why } : { code: ExitCode, signal: null, at, byPlatform, why }
}

/** The time of an unknown end is the time it was first noticed, by whomever. */
function firstNoticed(file: string): Date {
  try {
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 })
  } catch {
    // There already; or removed since, and with it all that the mark would say.
  }
  return statSync(file, { throwIfNoEntry: false })?.mtime ?? new Date()
}

/** Files of everything there; those of what has ended with its last line. While the engine is away, as they are. */
export async function logFilesOf(room: Room, signal: AbortSignal): Promise<LogFile[]> {
  signal.throwIfAborted()
  const states = storedNames(room.folder).flatMap((name) => readState(runFolder(room.folder, name)) ?? [])
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LAST_LINES_MS)])
  const late = states.filter(({ name, container }) => container !== null && !room.monitors.has(name) && !isComplete(room, name, container))
  if (late.length > 0) await finish(room, late, limit).catch(() => signal.throwIfAborted())
  return states.flatMap((state) => {
    const { stdout, stderr } = runFolder(room.folder, state.name)
    const { name, environmentId, serviceId, deploymentId, part } = state
    return [{ stream: 'stdout' as const, path: stdout }, { stream: 'stderr' as const, path: stderr }].map((file) => ({ name, environmentId, serviceId, deploymentId, part, ...file }))
  })
}

async function finish(room: Room, late: State[], signal: AbortSignal): Promise<void> {
  const ended = new Set((await listOurs(room, signal)).filter(({ State }) => State === 'exited' || State === 'dead').map(({ Id }) => Id))
  await Promise.all(late.filter(({ container }) => ended.has(container!)).map(({ name, container }) => catchUp(room, { name, container: container! }, signal)))
}
