import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { AppError } from '../../../errors'
import { cgroupAt } from '../../process/cgroup'
import { CommandNotFound, demandProgram } from '../../process/command-not-found'
import { killMembers } from '../../process/kill-group'
import { spawnDetached } from '../../process/spawn-detached'
import type { Workload } from '../driver'
import { searchPath, workloadEnvironment } from './environment'
import { passFence } from '../record/fence'
import { keep } from './keeper'
import { lookAt, NOT_FOUND_CODE, refuse, type Look } from './look'
import { portTaken } from './port-taken'
import { wasRemoved } from '../record/removed-jobs'
import { cgroupOf, dropMonitor, ensureMonitor, leaveCgroup, LEFTOVER_GRACE_MS, type Room } from './room'
import { makeRunFolder, processesOf, runFiles, runFolder } from './run-folder'
import { usableState, writeState, type State } from './state'
import { withVolumes } from './mount'

// Starting a workload.
//
// The intent is written first (no leader), then the keeper is started, then its identity is written. A worker that dies
// between the last two leaves a keeper that nobody wrote down; it has claimed the run, so whoever looks finds it and
// takes it over. A keeper that has not claimed its run when somebody else decides about it never will: see keeper.ts.
// So at most one run of a workload ever lives on, and the one run of a job is started at most once.

/** A job has one run only, whoever starts it and however often. */
const JOB_RUN = 'job'

const LAST_OF_FORMER_MS = 1_000
const PORT_LOOK_MS = 20

export async function applyWorkload(room: Room, workload: Workload, signal: AbortSignal): Promise<void> {
  try {
    await makeRun(room, workload, signal)
  } catch (cause) {
    if (!['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause
    throw new AppError('unavailable', 'There is no space left on the disk that holds the data of Easel. Free some on the machine that runs it.', { cause })
  }
}

async function makeRun(room: Room, workload: Workload, signal: AbortSignal): Promise<void> {
  const folder = runFolder(room.paths, workload.name)
  await passFence(room.paths.workloads, workload, signal)
  if (workload.role === 'job') return applyJob(room, workload, signal)
  const before = usableState(folder)
  const look = before && lookAt(folder, before)
  if (before && look?.lives && !look.stopping && before.port === workload.port) return goOn(room, { workload, before, look })

  dropMonitor(room, workload.name)
  await endFormerRun(room, { name: workload.name, before }, signal)
  if (before?.port === workload.port) await untilFree(workload.port, signal)
  await demandPort(workload.port)
  signal.throwIfAborted()
  await withVolumes(room, workload, signal, () => start(room, workload, intend(room, workload, before)))
}

async function applyJob(room: Room, workload: Workload, signal: AbortSignal): Promise<void> {
  const folder = runFolder(room.paths, workload.name)
  const before = usableState(folder)
  if (before === null && wasRemoved(room.paths.workloads, workload.name)) {
    throw new AppError('stale_generation', 'This job has been started before, and its record was removed since.', { detail: { workload: workload.name } })
  }
  const state = before ?? intend(room, workload, null)
  const look = lookAt(folder, state)
  if (look.begun) return goOn(room, { workload, before: state, look })
  await demandPort(workload.port)
  await withVolumes(room, workload, signal, () => start(room, workload, state))
}

/** It runs, or is a job that has ended: what is newer about it is taken note of. */
function goOn(room: Room, { workload, before, look }: { workload: Workload; before: State; look: Look }): void {
  const after: State = { ...before, generation: workload.generation, check: workload.health, cwd: commandOf(room, workload).cwd, leader: look.leader ?? before.leader }
  if (JSON.stringify(after) !== JSON.stringify(before)) writeState(runFolder(room.paths, workload.name), after)
  if (look.lives && look.leader) ensureMonitor(room, after, look.leader)
}

async function endFormerRun(room: Room, { name, before }: { name: string; before: State | null }, signal: AbortSignal): Promise<void> {
  const folder = runFolder(room.paths, name)
  if (before) refuse(runFiles(folder, before.run))
  const leader = before && lookAt(folder, before).leader
  const cgroup = cgroupOf(room, name, before)
  await killMembers(processesOf(folder, leader, cgroup), { graceMs: LEFTOVER_GRACE_MS, signal, leaderLast: true })
  await leaveCgroup(cgroup)
}

/**
 * A process that is being killed can be seen no more as one of its group before its sockets are closed: what is found on
 * the port of the former run may be the last of that, for a moment.
 */
async function untilFree(port: number | null, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; port !== null && waitedMs < LAST_OF_FORMER_MS && (await portTaken(port)); waitedMs += PORT_LOOK_MS) await sleep(PORT_LOOK_MS, undefined, { signal })
}

async function demandPort(port: number | null): Promise<void> {
  if (port === null || !(await portTaken(port))) return
  throw new AppError('conflict', `Port ${port} is taken by another program on this machine. Stop it, or use another port.`, { detail: { port } })
}

/** Writes down that a start is about to happen. */
function intend(room: Room, workload: Workload, before: State | null): State {
  const folder = runFolder(room.paths, workload.name)
  const wasStarted = before !== null && (before.leader !== null || before.failure !== null || before.former?.exit?.code === NOT_FOUND_CODE)
  const state: State = {
    version: 2,
    name: workload.name,
    environmentId: workload.environmentId,
    serviceId: workload.serviceId,
    deploymentId: workload.deploymentId,
    role: workload.role,
    part: workload.part,
    generation: workload.generation,
    port: workload.port,
    check: workload.health,
    cwd: workload.start.kind === 'command' ? workload.start.cwd : folder.path,
    volumes: workload.mounts.map(({ volume }) => volume),
    run: workload.role === 'job' ? JOB_RUN : randomBytes(8).toString('hex'),
    leader: null,
    cgroup: [...cgroupOf(room, workload.name, null)],
    startedAt: new Date(),
    restarts: before === null ? 0 : before.restarts + (wasStarted ? 1 : 0),
    failure: null,
    former: null,
  }
  makeRunFolder(folder, state.run)
  writeState(folder, state)
  for (const run of readdirSync(folder.runs)) if (run !== state.run) rmSync(join(folder.runs, run), { recursive: true, force: true })
  return state
}

async function start(room: Room, workload: Workload, intended: State): Promise<void> {
  const folder = runFolder(room.paths, workload.name)
  const { argv, cwd } = commandOf(room, workload)
  const env = workloadEnvironment(workload, folder, cwd)
  try {
    demandProgram(argv[0] ?? '', { cwd, path: workload.env.PATH ?? searchPath(cwd) })
    const leader = await spawnDetached({
      argv: inCgroup(intended, keep(folder, runFiles(folder, intended.run), argv)),
      cwd,
      env,
      stdoutFile: folder.stdout,
      stderrFile: folder.stderr,
      onExit: () => room.monitors.get(workload.name)?.poke(),
    })
    const state = { ...intended, leader }
    writeState(folder, state)
    room.environments.set(workload.name, env)
    ensureMonitor(room, state, leader)
  } catch (error) {
    if (!(error instanceof CommandNotFound)) throw error
    // Not an error of the platform: the workload is there and has ended, for a reason that a person can mend.
    writeState(folder, { ...intended, failure: { message: error.message, at: new Date() } })
  }
  room.changed(workload.environmentId)
}

/** The keeper is in the group before it does anything, and with it all that it starts. */
function inCgroup({ cgroup }: State, argv: string[]): string[] {
  return cgroup.length > 0 ? cgroupAt(cgroup).enter(argv) : argv
}

function commandOf(room: Room, { name, start, port }: Workload): { argv: string[]; cwd: string } {
  if (start.kind === 'command') return { argv: start.argv, cwd: start.cwd }
  if (start.kind === 'image') throw new AppError('invalid_input', 'Images cannot run as processes of this machine. Move the environment to a target with Docker.')
  const fallback = start.fallback === null ? [] : [start.fallback]
  return { argv: [process.execPath, room.staticServer, start.directory, String(port), ...fallback], cwd: runFolder(room.paths, name).path }
}
