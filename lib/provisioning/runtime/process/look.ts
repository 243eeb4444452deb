import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { groupMembers } from '../../process/group-members'
import { isAlive, type ProcessIdentity } from '../../process/identity'
import { readEnvironment, readProcess } from '../../process/process-table'
import { parseExitName, parseFormerExit, type Exit } from './keeper'
import { processesOf, runFiles, type RunFiles, type RunFolder } from './run-folder'
import { FORMER_RUN, type State } from './state'

// What has become of a run: from its state, the files in its folder and the table of processes. Nothing is remembered, so
// any worker sees the same at any time.

/** The exit code a shell gives to a command that it cannot find. */
export const NOT_FOUND_CODE = 127

export type Look = {
  /** The keeper, also when it has ended; null when it is not known. */
  leader: ProcessIdentity | null
  lives: boolean
  /** Whether it has begun, or never can: false only between the intent to start it and the start. */
  begun: boolean
  /** We asked it to end. */
  stopping: boolean
  /** How and when it ended; null while it lives or has not begun. */
  exit: (Exit & { at: Date }) | null
}

export function lookAt(folder: RunFolder, state: State): Look {
  const files = runFiles(folder, state.run)
  const names = namesIn(files.path)
  const leader = leaderOf(folder, state, names.includes('claim') ? readClaim(files) : 'none')
  const lives = leader !== null && isAlive(leader)
  const begun = leader !== null || names.includes('claim') || state.failure !== null || state.former !== null
  return {
    leader,
    lives,
    begun,
    stopping: names.includes('stopping') || (state.former?.stopping ?? false),
    // Asked only after the process was seen to be gone: what it wrote before is there now.
    exit: lives || !begun ? null : exitOf(folder, state),
  }
}

/** Keeps a run that has not begun from ever beginning. */
export function refuse(files: RunFiles): void {
  makeMark(files.claim, REFUSED)
}

export function markStopping(files: RunFiles): void {
  makeMark(files.stopping)
}

export function markHealthy(files: RunFiles): void {
  makeMark(files.healthy)
}

/** Empty files: they can be made on a full disk, and once there they stay. */
function makeMark(file: string, text = ''): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    // There already; or it was removed since, and with it all that the mark would say; or no room for the text.
    if (!['EEXIST', 'ENOENT', 'ENOSPC'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

const REFUSED = 'refused\n'

/** The pid of the keeper that claimed the run; `unknown` when it could not write it; `none` when there is no such keeper. */
type Claim = number | 'unknown' | 'none'

function readClaim(files: RunFiles): Claim {
  const text = readOrNull(files.claim)
  if (text === null || text === REFUSED) return 'none'
  return /^\d+\n$/.test(text) ? Number(text) : 'unknown'
}

/** The keeper that was started last is not always the one that runs the program: that is who claimed the run. */
function leaderOf(folder: RunFolder, { leader }: State, claim: Claim): ProcessIdentity | null {
  if (claim === 'none' || claim === leader?.pid) return leader
  const { marks } = processesOf(folder, null)
  if (claim === 'unknown') {
    if (leader) return leader
    const [oldest] = groupMembers({ leader: null, marks }).sort((a, b) => a.pid - b.pid)
    return oldest ? { pid: oldest.pid, startTime: oldest.startTime } : null
  }
  const row = readProcess(claim)
  if (!row || row.zombie) return null
  // Somebody else may have its pid by now. Where environments cannot be read there is nothing better to go by.
  const environment = readEnvironment(claim)
  const isOurs = environment === null ? process.platform !== 'linux' : marks.some((mark) => environment.includes(mark))
  return isOurs ? { pid: claim, startTime: row.startTime } : null
}

function exitOf(folder: RunFolder, state: State): Exit & { at: Date } {
  if (state.failure) return { code: NOT_FOUND_CODE, signal: null, at: state.failure.at }
  if (state.former?.exit) return state.former.exit
  const files = runFiles(folder, state.run)
  for (const name of namesIn(files.path)) {
    const exit = parseExitName(name)
    const at = exit && timeOf(join(files.path, name))
    if (exit && at) return { ...exit, at }
  }
  return formerExit(folder, state) ?? { code: null, signal: null, at: firstNoticed(files) }
}

function formerExit(folder: RunFolder, { run }: State): (Exit & { at: Date }) | null {
  if (run !== FORMER_RUN) return null
  const file = join(folder.path, 'exit')
  const exit = parseFormerExit(readOrNull(file) ?? '')
  const at = exit && timeOf(file)
  return exit && at ? { ...exit, at } : null
}

/** The time of an unknown end is the time it was first noticed, by whomever. */
function firstNoticed(files: RunFiles): Date {
  makeMark(files.ended)
  return timeOf(files.ended) ?? new Date()
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function timeOf(file: string): Date | null {
  return statSync(file, { throwIfNoEntry: false })?.mtime ?? null
}
