import { randomUUID } from 'node:crypto'

import type { HealthCheck } from '../driver'
import type { ProcessIdentity } from '../../process/identity'
import { listeningPorts } from '../../process/listening-ports'
import { CommandNotFound, runCommand } from '../../process/run-command'
import { commandComplaint, complaint } from '../health/judge-health'
import { probePort } from '../health/probe-port'
import { processesOf, type RunFolder } from './run-folder'
import type { State } from './state'

// One health check of one run, from the question to the sentence.

export type CheckRequest = {
  folder: RunFolder
  state: State
  check: HealthCheck
  leader: ProcessIdentity
  /** Of the program, for a check by command; null when it cannot be known. */
  environment: () => Promise<Record<string, string> | null>
  /** Before this check. */
  known: { wasHealthy: boolean; host: string | null }
  signal: AbortSignal
}

export type CheckResult = { /** Why it failed; null when it passed. */ message: string | null; host: string | null; listening: number[] }

/** A program may be well and listen nowhere. So long after its start it is believed; before that it may be about to listen, and requests would come too early. */
const LISTEN_WITHIN_MS = 5_000

/** Null when nothing could be found out. */
export async function checkHealth(request: CheckRequest): Promise<CheckResult | null> {
  if (request.check.kind === 'command') return checkByCommand(request)
  return request.state.port === null ? null : checkPort(request, request.state.port)
}

async function checkPort({ folder, state, check, leader, known, signal }: CheckRequest, port: number): Promise<CheckResult> {
  const { host, finding } = await probePort({ port, check, host: known.host, signal })
  const seen = { port, wasHealthy: known.wasHealthy, listening: [] as number[] }
  if (complaint(check, finding, seen) === null) return { message: null, host, listening: [] }
  const listening = listeningPorts(processesOf(folder, leader, state.cgroup))
  return { message: complaint(check, finding, { ...seen, listening }), host: known.host, listening }
}

async function checkByCommand({ state, check, environment, known, signal }: CheckRequest): Promise<CheckResult | null> {
  const env = await environment()
  if (env === null) return null
  let last = ''
  // The program has all the other entries too, and must not be ended with its check.
  const mark = { EASEL_CHECK: randomUUID() }
  try {
    const ending = await runCommand({
      argv: check.argv,
      cwd: state.cwd,
      env: { ...env, ...mark },
      onLine: (_, text) => void (last = text.trim() === '' ? last : text.trim()),
      signal,
      timeoutMs: check.timeoutMs,
      graceMs: 0,
      marks: [`EASEL_CHECK=${mark.EASEL_CHECK}`],
    })
    const message = commandComplaint(check, ending, last)
    if (message !== null || known.host !== null || state.port === null) return { message, host: known.host, listening: [] }
    const host = await addressOf(state.port, check, signal)
    const sinceMs = Date.now() - state.startedAt.getTime()
    const mayListenYet = host === null && sinceMs >= 0 && sinceMs < LISTEN_WITHIN_MS
    return { message: mayListenYet ? `The check passed, but nothing listens on port ${state.port} yet.` : null, host, listening: [] }
  } catch (error) {
    if (error instanceof CommandNotFound) return { message: error.message, host: known.host, listening: [] }
    throw error
  }
}

/** The check says that it is well, not where it listens; null when it listens nowhere yet. */
async function addressOf(port: number, { path, timeoutMs }: HealthCheck, signal: AbortSignal): Promise<string | null> {
  const { host, finding } = await probePort({ port, check: { kind: 'tcp', path, timeoutMs }, host: null, signal })
  return finding.kind === 'connected' ? host : null
}
