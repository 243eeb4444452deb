import { STATUS_CODES } from 'node:http'

import type { HealthCheck } from '../driver'
import type { Finding } from './probe-port'
import type { State } from './state'

// What a finding means. Pure.

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
      const limit = check.kind === 'http' ? 400 : 500
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

export type Health = Pick<State, 'health' | 'healthMessage' | 'wasHealthy'>

/** The health after one more check; `failed` counts the failed checks in a row, this one included. */
export function nextHealth(before: Health, message: string | null, checks: { failed: number; allowed: number }): Health {
  if (message === null) return { health: 'healthy', healthMessage: null, wasHealthy: true }
  // While it starts, a failed check is no verdict: how long that may take is for others to decide.
  if (!before.wasHealthy) return { health: 'unknown', healthMessage: message, wasHealthy: false }
  return { health: checks.failed >= checks.allowed ? 'unhealthy' : before.health, healthMessage: message, wasHealthy: true }
}

const FIRST_DELAY_MS = 40
const SLOWEST_START_MS = 1_000

/** How long to wait before the next check. */
export function delayBefore(health: Health, check: HealthCheck, checksSoFar: number): number {
  if (health.wasHealthy) return check.intervalMs
  return Math.min(FIRST_DELAY_MS * 1.3 ** checksSoFar, SLOWEST_START_MS)
}
