import { readProcess } from './process-table'

/** A process, told apart from any other that ever gets the same pid. Safe to keep in a file. */
export type ProcessIdentity = { pid: number; startTime: string }

/** The identity of the process that has this pid now; null when there is none. A process not yet collected counts. */
export function identify(pid: number): ProcessIdentity | null {
  const row = readProcess(pid)
  return row ? { pid, startTime: row.startTime } : null
}

/** Whether exactly this process still runs: not ended, and not another one under its pid. */
export function isAlive(identity: ProcessIdentity): boolean {
  const row = readProcess(identity.pid)
  return row !== null && row.startTime === identity.startTime && !row.zombie
}

export { killGroup } from './kill-group'
