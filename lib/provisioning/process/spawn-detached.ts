import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

import { AppError } from '../../errors'
import { demandProgram } from './command-not-found'
import { identify, type ProcessIdentity } from './identity'

export type SpawnDetached = {
  argv: readonly string[]
  cwd: string
  /** The whole environment; nothing is added. */
  env: Record<string, string>
  /** Files that output is appended to by the process itself, so it goes on when we are gone. */
  stdoutFile: string
  stderrFile: string
  /** Called when it ends while we live. */
  onExit: () => void
}

/**
 * Starts a process that outlives us, with a session and a group of its own and output straight into files.
 * Throws CommandNotFound when there is no such program.
 */
export async function spawnDetached(request: SpawnDetached): Promise<ProcessIdentity> {
  const [program, ...args] = request.argv
  if (program === undefined) throw new AppError('invalid_input', 'The command is empty.')
  demandProgram(program, { cwd: request.cwd, path: request.env.PATH ?? '' })
  const stdout = openSync(request.stdoutFile, 'a', 0o600)
  const stderr = openSync(request.stderrFile, 'a', 0o600)
  try {
    const child = spawn(program, args, {
      cwd: request.cwd,
      env: request.env as NodeJS.ProcessEnv,
      stdio: ['ignore', stdout, stderr],
      shell: false,
      detached: true,
    })
    child.once('exit', request.onExit)
    // Asked at once: until the event loop turns, even a child that has ended is still in the process table.
    const identity = child.pid === undefined ? null : identify(child.pid)
    if (identity === null) {
      const [cause] = await once(child, 'error')
      throw new AppError('unavailable', `The program "${program}" could not be started.`, { cause })
    }
    child.unref()
    return identity
  } finally {
    closeSync(stdout)
    closeSync(stderr)
  }
}
