import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import type { Readable } from 'node:stream'

import { AppError } from '../../errors'
import type { Cgroup } from './cgroup'
import { demandProgram } from './command-not-found'
import { identify, type ProcessIdentity } from './identity'
import { killGroup } from './kill-group'
import { splitLines } from './split-lines'

export { CommandNotFound } from './command-not-found'

export type OutputStream = 'stdout' | 'stderr'

export type RunCommand = {
  /** The program and its arguments; never a shell line. */
  argv: readonly string[]
  cwd: string
  /** The whole environment; nothing is added. */
  env: Record<string, string>
  onLine?: (stream: OutputStream, text: string) => void
  /** Files that output is appended to by the program itself, in place of `onLine`: what was printed outlives us. */
  files?: { stdout: string; stderr: string } | undefined
  signal: AbortSignal
  timeoutMs: number
  /** Between SIGTERM and SIGKILL. */
  graceMs?: number
  /** 0 to 19; higher gives way to others, also when the machine runs out of memory. */
  niceness?: number | undefined
  onSpawn?: ((identity: ProcessIdentity) => void) | undefined
  /** `NAME=value` entries of `env` that no other process has: finds children that detached themselves. */
  marks?: readonly string[] | undefined
  /** The program and all it starts are kept in this group, and nothing else is. */
  cgroup?: Cgroup | null | undefined
}

/** How the commands of one piece of work are held together: to a share of the machine, and so that each is found again. */
export type CommandBounds = Pick<RunCommand, 'cgroup' | 'marks' | 'niceness' | 'onSpawn'>

export type CommandResult = { code: number | null; signal: string | null; timedOut: boolean }

const GRACE_MS = 5_000
/** For what a command leaves running in the background when it has ended by itself. */
const LEFTOVER_GRACE_MS = 1_000
/** A process outside the group may still hold the pipe; its output is not waited for longer than this. */
const DRAIN_MS = 1_000

/**
 * Runs a program to its end in a process group of its own and hands over its output line by line. Resolves only when
 * the whole group is gone, also after an abort or the timeout. Throws CommandNotFound when there is no such program.
 */
export async function runCommand(command: RunCommand): Promise<CommandResult> {
  if (command.signal.aborted) return { code: null, signal: 'SIGTERM', timedOut: false }
  const { child, identity, ended } = await start(command)
  const drained = command.files ? [] : [readLines(child.stdout!, 'stdout', command), readLines(child.stderr!, 'stderr', command)]

  let timedOut = false
  const stop = new AbortController()
  const onAbort = () => stop.abort()
  const timer = setTimeout(() => {
    timedOut = true
    stop.abort()
  }, command.timeoutMs)
  command.signal.addEventListener('abort', onAbort, { once: true })
  try {
    command.onSpawn?.(identity)
    const killed = once(stop.signal, 'abort').then(() => killGroup(identity, command.graceMs ?? GRACE_MS, command))
    // Rejects only when the group cannot be killed; otherwise the exit is what ends the wait.
    await Promise.race([ended, killed])
    if (stop.signal.aborted) await killed
    else await killGroup(identity, LEFTOVER_GRACE_MS, command)
    const { code, signal } = await ended
    return { code, signal, timedOut }
  } catch (error) {
    await killGroup(identity, 0, command).catch(() => undefined)
    throw error
  } finally {
    clearTimeout(timer)
    command.signal.removeEventListener('abort', onAbort)
    await letGo(child, drained)
  }
}

type Ending = { code: number | null; signal: string | null }

async function start(command: RunCommand): Promise<{ child: ChildProcess; identity: ProcessIdentity; ended: Promise<Ending> }> {
  const [program] = command.argv
  if (program === undefined) throw new AppError('invalid_input', 'The command is empty.')
  demandProgram(program, { cwd: command.cwd, path: command.env.PATH ?? '' })
  const child = spawnIn(command)
  const ended = new Promise<Ending>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  // Asked at once: until the event loop turns, even a child that has ended is still in the process table.
  const identity = child.pid === undefined ? null : identify(child.pid)
  if (identity === null) {
    const [cause] = await once(child, 'error')
    throw new AppError('unavailable', `The program "${program}" could not be started.`, { cause })
  }
  if (command.niceness) lowerPriority(identity.pid, command.niceness)
  return { child, identity, ended }
}

function spawnIn({ argv, cwd, env, cgroup, files }: RunCommand): ChildProcess {
  const [program, ...args] = cgroup ? cgroup.enter(argv) : argv
  const output = files ? [openSync(files.stdout, 'a', 0o600), openSync(files.stderr, 'a', 0o600)] : []
  try {
    return spawn(program!, args, { cwd, env: env as NodeJS.ProcessEnv, stdio: ['ignore', output[0] ?? 'pipe', output[1] ?? 'pipe'], shell: false, detached: true })
  } finally {
    for (const file of output) closeSync(file)
  }
}

function lowerPriority(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness)
    // When the whole machine is out of memory, the kernel takes this one before the platform and its services.
    if (process.platform === 'linux') writeFileSync(`/proc/${pid}/oom_score_adj`, '500')
  } catch {
    // It runs as well at normal priority, or has ended already.
  }
}

function readLines(stream: Readable, name: OutputStream, command: RunCommand): Promise<void> {
  const splitter = splitLines((text) => command.onLine?.(name, text))
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => splitter.write(chunk))
    stream.once('error', () => undefined)
    stream.once('close', () => {
      splitter.end()
      resolve()
    })
  })
}

async function letGo(child: ChildProcess, drained: Promise<void>[]): Promise<void> {
  const limit = setTimeout(() => {
    child.stdout?.destroy()
    child.stderr?.destroy()
  }, DRAIN_MS)
  await Promise.all(drained)
  clearTimeout(limit)
}
