import { rmSync } from 'node:fs'

import { AppError } from '../../../errors'
import { CommandNotFound, demandProgram } from '../../process/command-not-found'
import { killMembers } from '../../process/kill-group'
import { spawnDetached } from '../../process/spawn-detached'
import type { Workload } from '../driver'
import { searchPath, workloadEnvironment } from './environment'
import { passFence } from './fence'
import { keep } from './keeper'
import { portTaken } from './port-taken'
import { dropMonitor, ensureMonitor, LEFTOVER_GRACE_MS, type Room } from './room'
import { makeRunFolder, processesOf, runFolder, type RunFolder } from './run-folder'
import { isRunning, settleExit } from './settle-exit'
import { changeState, usableState, writeState, type State } from './state'

// Starting a workload.
//
// The intent is written first (no leader), then the process is started, then its identity is written. A worker that
// dies between the last two leaves a process that nobody wrote down; the next apply or remove finds it by its
// environment, ends it and starts afresh. So at most one run of a workload ever lives on.

/** The exit code a shell gives to a command that it cannot find. */
const NOT_FOUND_CODE = 127

export async function applyWorkload(room: Room, workload: Workload, signal: AbortSignal): Promise<void> {
  const folder = runFolder(room.paths, workload.name)
  passFence(room.paths, workload)
  const before = usableState(folder)
  if (before && isRunning(before) && !before.stopping && before.port === workload.port) {
    const state = changeState(folder, () => ({ generation: workload.generation, check: workload.health }))
    ensureMonitor(room, state ?? before)
    return
  }

  dropMonitor(room, workload.name)
  await killMembers(processesOf(folder, before?.leader ?? null), { graceMs: LEFTOVER_GRACE_MS, signal, leaderLast: true })
  settleExit(folder)
  if (workload.port !== null && (await portTaken(workload.port))) {
    throw new AppError('conflict', `Port ${workload.port} is taken by another program on this machine. Stop it, or use another port.`, {
      detail: { port: workload.port },
    })
  }
  signal.throwIfAborted()
  await start(room, workload, intend(folder, workload, before))
}

/** Writes down that a start is about to happen. */
function intend(folder: RunFolder, workload: Workload, before: State | null): State {
  makeRunFolder(folder)
  rmSync(folder.exit, { force: true })
  const wasStarted = before !== null && (before.leader !== null || before.exit?.code === NOT_FOUND_CODE)
  const state: State = {
    version: 1,
    name: workload.name,
    environmentId: workload.environmentId,
    serviceId: workload.serviceId,
    deploymentId: workload.deploymentId,
    role: workload.role,
    part: workload.part,
    generation: workload.generation,
    port: workload.port,
    check: workload.health,
    leader: null,
    startedAt: new Date(),
    restarts: before === null ? 0 : before.restarts + (wasStarted ? 1 : 0),
    stopping: false,
    health: 'unknown',
    healthMessage: null,
    wasHealthy: false,
    host: null,
    exit: null,
  }
  writeState(folder, state)
  return state
}

async function start(room: Room, workload: Workload, intended: State): Promise<void> {
  const folder = runFolder(room.paths, workload.name)
  const { argv, cwd } = commandOf(room, workload, folder)
  try {
    demandProgram(argv[0] ?? '', { cwd, path: workload.env.PATH ?? searchPath(cwd) })
    const leader = await spawnDetached({
      argv: keep(folder, argv),
      cwd,
      env: workloadEnvironment(workload, folder, cwd),
      stdoutFile: folder.stdout,
      stderrFile: folder.stderr,
      onExit: () => room.monitors.get(workload.name)?.poke(),
    })
    const state = { ...intended, leader }
    writeState(folder, state)
    ensureMonitor(room, state)
  } catch (error) {
    if (!(error instanceof CommandNotFound)) throw error
    // Not an error of the platform: the workload is there and has ended, for a reason that a person can mend.
    const exit = { code: NOT_FOUND_CODE, signal: null, at: new Date(), byPlatform: false }
    writeState(folder, { ...intended, exit, healthMessage: error.message })
  }
  room.changed(workload.environmentId)
}

function commandOf(room: Room, { start, port }: Workload, folder: RunFolder): { argv: string[]; cwd: string } {
  if (start.kind === 'command') return { argv: start.argv, cwd: start.cwd }
  const fallback = start.fallback === null ? [] : [start.fallback]
  return { argv: [process.execPath, room.staticServer, start.directory, String(port), ...fallback], cwd: folder.path }
}
