import { STATUS_CODES } from 'node:http'

import type { HealthCheck } from '../driver'
import type { Finding } from './probe-port'

// What a finding means. Pure.

/** A path that nobody chose: that it is not found there says nothing against the app. */
const UNCHOSEN_PATH = '/'
const LONGEST_OUTPUT = 300

/** Why the finding is not healthy, as a sentence; null when it is. */
export function complaint(check: HealthCheck, finding: Finding, seen: { port: number; wasHealthy: boolean; listening: number[] }): string | null {
  switch (finding.kind) {
    case 'connected':
      return null
    case 'refused':
      return nothingListens(seen)
    case 'timeout': {
      const within = `within ${formatSeconds(check.timeoutMs)}`
      return finding.connected ? `GET ${check.path} did not answer ${within}.` : `Port ${seen.port} did not accept a connection ${within}.`
    }
    case 'status': {
      const limit = check.kind === 'auto' && check.path === UNCHOSEN_PATH ? 500 : 400
      if (finding.status < limit) return null
      const phrase = finding.phrase || STATUS_CODES[finding.status] || ''
      return `GET ${check.path} answered ${`${finding.status} ${phrase}`.trim().slice(0, 100)}.`
    }
    case 'other':
      return check.kind === 'http' ? `Port ${seen.port} answered GET ${check.path} with something that is not HTTP.` : null
    case 'closed':
      return check.kind === 'http' ? `Port ${seen.port} closed the connection without answering GET ${check.path}.` : null
  }
}

/** The same for a check by command; `last` is the last line that it printed. */
export function commandComplaint(check: HealthCheck, ending: { code: number | null; signal: string | null; timedOut: boolean }, last: string): string | null {
  if (ending.code === 0 && !ending.timedOut) return null
  const how = ending.timedOut
    ? `did not end within ${formatSeconds(check.timeoutMs)}`
    : ending.code === null
      ? `was ended by ${ending.signal}`
      : `ended with code ${ending.code}`
  const said = last === '' ? '' : ` Its last line: ${last.length > LONGEST_OUTPUT ? `${last.slice(0, LONGEST_OUTPUT)} …` : last}`
  return `The check "${check.argv[0] ?? ''}" ${how}.${said}`
}

function nothingListens({ port, wasHealthy, listening }: { port: number; wasHealthy: boolean; listening: number[] }): string {
  if (listening.includes(port)) {
    return `It listens on port ${port}, but not on an address of this machine's loopback. Let it listen on 127.0.0.1 or 0.0.0.0.`
  }
  if (listening.length > 0) {
    const ports = `port${listening.length > 1 ? 's' : ''} ${listening.slice(0, 5).join(', ')}`
    return `Nothing listens on port ${port}; it listens on ${ports} instead. Let it listen on the port in the variable PORT.`
  }
  return wasHealthy ? `Nothing listens on port ${port} any more.` : `Nothing listens on port ${port} yet.`
}

function formatSeconds(ms: number): string {
  const seconds = Math.round(ms / 100) / 10
  return seconds === 1 ? '1 second' : `${seconds} seconds`
}

export type Health = {
  health: 'unknown' | 'healthy' | 'unhealthy'
  healthMessage: string | null
  /** Whether this run has been healthy; separates `starting` from `running`. */
  wasHealthy: boolean
}

/** Checks in a row with the same answer, the last one included; one of the two is 0. */
export type Streak = { passed: number; failed: number }

/** The health after one more check. */
export function nextHealth(before: Health, message: string | null, { streak, check }: { streak: Streak; check: Pick<HealthCheck, 'failures' | 'successes'> }): Health {
  if (message === null) {
    const healthy = before.health === 'healthy' || streak.passed >= check.successes
    return { health: healthy ? 'healthy' : before.health, healthMessage: null, wasHealthy: before.wasHealthy || healthy }
  }
  // While it starts, a failed check is no verdict: how long that may take is for others to decide.
  if (!before.wasHealthy) return { health: 'unknown', healthMessage: message, wasHealthy: false }
  return { health: streak.failed >= check.failures ? 'unhealthy' : before.health, healthMessage: message, wasHealthy: true }
}

const FIRST_DELAY_MS = 40
/** A check by command starts a process each time. */
const FIRST_COMMAND_DELAY_MS = 250
const SLOWEST_START_MS = 1_000

/** How long to wait before the next check. */
export function delayBefore(health: Pick<Health, 'wasHealthy'>, check: HealthCheck, checksSoFar: number): number {
  if (health.wasHealthy) return check.intervalMs
  const first = check.kind === 'command' ? FIRST_COMMAND_DELAY_MS : FIRST_DELAY_MS
  return Math.min(first * 1.3 ** checksSoFar, SLOWEST_START_MS)
}
