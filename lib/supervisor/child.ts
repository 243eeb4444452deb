import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, renameSync, statSync } from 'node:fs'

// One program of the control plane. It is kept running: when it ends by itself it is started again, with growing pauses
// while it fails at once. In a process group of its own, so that Ctrl-C reaches the supervisor only.

export type ChildSpec = { name: string; program: string; args?: string[]; env: Record<string, string>; cwd: string; logFile: string; nodeFlags: string[] }

export type Child = {
  /** Resolves at the first `ready`; rejects when it fails before that. */
  /** With what it has to tell. */
  ready: Promise<string[]>
  /** Asks it to end (message, then SIGTERM), waits, ends it firmly. */
  stop(message: Record<string, unknown>, timeoutMs: number): Promise<void>
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000
const SETTLED_MS = 20_000
const LOG_LIMIT_BYTES = 20 * 1024 * 1024

/** Starts a program and keeps it running until `stop`. `say` tells the person when it had to be started again. */
export function keepRunning(spec: ChildSpec, say: (line: string) => void): Child {
  let child: ChildProcess | null = null
  let isStopping = false
  let wasReady = false
  // The first time it is started again at once: nobody is served meanwhile.
  let pauseMs = 0
  let timer: NodeJS.Timeout | undefined
  let settle: { resolve(notes: string[]): void; reject(error: Error): void }
  const ready = new Promise<string[]>((resolve, reject) => (settle = { resolve, reject }))

  const start = () => {
    const began = performance.now()
    let reason: string | null = null
    child = launch(spec)
    child.on('message', (message: { type?: string; message?: string; notes?: string[] }) => {
      if (message.type === 'ready') {
        if (wasReady) say(`${spec.name} is back.`)
        wasReady = true
        settle.resolve(message.notes ?? [])
      }
      if (message.type === 'failed') reason = message.message ?? null
    })
    child.once('error', (error) => (reason = error.message))
    child.once('exit', (code, signal) => {
      child = null
      if (isStopping) return
      const what = `${spec.name} ended (${signal ?? `exit code ${code}`})`
      if (!wasReady) return settle.reject(new Error(reason ?? `${what} while starting. Its log is ${spec.logFile}.`))
      if (performance.now() - began > SETTLED_MS) pauseMs = 0
      say(`${reason ?? what}; starting it again.`)
      timer = setTimeout(start, pauseMs)
      pauseMs = Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS)
    })
  }
  start()
  return {
    ready,
    async stop(message, timeoutMs) {
      isStopping = true
      clearTimeout(timer)
      if (child) await end(child, message, timeoutMs)
    },
  }
}

function launch(spec: ChildSpec): ChildProcess {
  rotate(spec.logFile)
  const log = openSync(spec.logFile, 'a', 0o600)
  try {
    return spawn(process.execPath, [...spec.nodeFlags, spec.program, ...(spec.args ?? [])], { cwd: spec.cwd, env: spec.env as NodeJS.ProcessEnv, detached: true, stdio: ['ignore', log, log, 'ipc'] })
  } finally {
    closeSync(log)
  }
}

async function end(child: ChildProcess, message: Record<string, unknown>, timeoutMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  if (child.connected) child.send(message, () => {})
  else child.kill('SIGTERM')
  const firm = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  await gone
  clearTimeout(firm)
}

/** Keeps one former log file. */
function rotate(path: string): void {
  try {
    if (statSync(path).size > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
