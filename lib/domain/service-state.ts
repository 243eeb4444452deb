import type { RestartSettings } from '../contract/service-settings'
import type { DeploymentStatus } from './deployment-status'
import { afterExit } from './restart'

/** What a service is seen doing. Observed, never written by an operation; one table for node, panel, list and CLI. */
export const SERVICE_STATES = [
  'not_deployed',
  'queued',
  'building',
  'releasing',
  'running',
  'degraded',
  'crashing',
  'crashed',
  'exited',
  'scheduled',
  'sleeping',
  'suspended',
  'failed',
  'removing',
] as const
export type ServiceState = (typeof SERVICE_STATES)[number]

export type StateTone = 'neutral' | 'progress' | 'good' | 'warning' | 'bad' | 'quiet'
export type StateShape = 'dashed' | 'ring' | 'dot' | 'half' | 'triangle' | 'crescent' | 'square' | 'cross' | 'struck' | 'clock' | 'check'

export const SERVICE_STATE: Record<ServiceState, { word: string; tone: StateTone; shape: StateShape; explanation: string }> = {
  not_deployed: { word: 'Not deployed', tone: 'neutral', shape: 'dashed', explanation: 'It is drawn but has never run. Press Deploy.' },
  queued: { word: 'Queued', tone: 'progress', shape: 'ring', explanation: 'It waits for a free builder.' },
  building: { word: 'Building', tone: 'progress', shape: 'ring', explanation: 'Its source is being turned into something that runs.' },
  releasing: { word: 'Releasing', tone: 'progress', shape: 'ring', explanation: 'The new version is starting; traffic moves when it is healthy.' },
  running: { word: 'Running', tone: 'good', shape: 'dot', explanation: 'It answers its health check.' },
  degraded: { word: 'Degraded', tone: 'warning', shape: 'half', explanation: 'It runs but does not answer its health check, or only some of its replicas do.' },
  crashing: { word: 'Crashing', tone: 'bad', shape: 'triangle', explanation: 'It exits again and again; the next start waits longer each time.' },
  crashed: { word: 'Crashed', tone: 'bad', shape: 'cross', explanation: 'It exited, and its restart policy leaves it so. Read its log, then deploy again.' },
  exited: { word: 'Exited', tone: 'quiet', shape: 'check', explanation: 'It ended with code 0, and its restart policy leaves it so. Deploy again to run it once more.' },
  scheduled: { word: 'Scheduled', tone: 'good', shape: 'clock', explanation: 'It runs by the clock and waits for its next run.' },
  sleeping: { word: 'Sleeping', tone: 'quiet', shape: 'crescent', explanation: 'It was quiet and stopped; the next request wakes it.' },
  suspended: { word: 'Suspended', tone: 'quiet', shape: 'square', explanation: 'Someone stopped it. Start it to serve again.' },
  failed: { word: 'Failed', tone: 'bad', shape: 'cross', explanation: 'Its last deployment failed and nothing runs.' },
  removing: { word: 'Removing', tone: 'neutral', shape: 'struck', explanation: 'It is being taken down.' },
}

/** A replica of the version that serves, as last observed. */
export type SeenReplica = {
  phase: 'starting' | 'running' | 'exited'
  health: 'unknown' | 'healthy' | 'unhealthy'
  exitCode: number | null
  exitSignal: string | null
  /** We ended it: it has not crashed. */
  exitByPlatform: boolean
  /** Exits in a row that were not ours. */
  crashes: number
}

/** What the active deployment was made to do. */
export type StateVersion = { replicas: number; restart: RestartSettings; isCron: boolean }

export type StateInput = {
  desired: 'running' | 'stopped' | 'deleted'
  /** The newest deployment, if any. */
  latest: { status: DeploymentStatus } | null
  /** The deployment that is active (has been healthy and holds the routes), if any. */
  active: StateVersion | null
  isSleeping: boolean
  /** Replicas of the active deployment. */
  replicas: readonly SeenReplica[]
}

/** The one word for a service, from what is wanted and what is seen. A deploy in progress is shown over a running version. */
export function serviceState(input: StateInput): ServiceState {
  if (input.desired === 'deleted') return 'removing'
  const status = input.latest?.status
  if (status === 'queued' || status === 'building' || status === 'releasing') return status
  if (input.desired === 'stopped') return 'suspended'
  if (!input.active) return input.latest === null || status === 'cancelled' ? 'not_deployed' : 'failed'
  if (input.active.isCron) return 'scheduled'
  return input.isSleeping ? 'sleeping' : stateOfReplicas(input.active, input.replicas)
}

function stateOfReplicas(version: StateVersion, replicas: readonly SeenReplica[]): ServiceState {
  const exited = replicas.filter(hasExited)
  if (exited.length === 0 || exited.length < replicas.length) return replicas.filter(isWell).length >= version.replicas ? 'running' : 'degraded'
  const next = exited.map(({ exitCode, exitSignal, crashes }) => afterExit(version.restart, { code: exitCode, signal: exitSignal, inARow: crashes }))
  if (next.includes('again')) return 'crashing'
  return next.includes('given_up') ? 'crashed' : 'exited'
}

/** Whether it serves. One whose health nobody has asked yet since the platform started counts. */
export function isWell({ phase, health }: Pick<SeenReplica, 'phase' | 'health'>): boolean {
  return phase === 'running' && health !== 'unhealthy'
}

/** Whether it ended by itself. */
export function hasExited({ phase, exitByPlatform }: Pick<SeenReplica, 'phase' | 'exitByPlatform'>): boolean {
  return phase === 'exited' && !exitByPlatform
}
