import type { DeploymentStatus } from './deployment-status'

/** What a service is seen doing. Observed, never written by an operation; one table for node, panel, list and CLI. */
export const SERVICE_STATES = [
  'not_deployed',
  'queued',
  'building',
  'releasing',
  'running',
  'degraded',
  'crashing',
  'sleeping',
  'suspended',
  'failed',
  'removing',
] as const
export type ServiceState = (typeof SERVICE_STATES)[number]

export type StateTone = 'neutral' | 'progress' | 'good' | 'warning' | 'bad' | 'quiet'
export type StateShape = 'dashed' | 'ring' | 'dot' | 'half' | 'triangle' | 'crescent' | 'square' | 'cross' | 'struck'

export const SERVICE_STATE: Record<ServiceState, { word: string; tone: StateTone; shape: StateShape; explanation: string }> = {
  not_deployed: { word: 'Not deployed', tone: 'neutral', shape: 'dashed', explanation: 'It is drawn but has never run. Press Deploy.' },
  queued: { word: 'Queued', tone: 'progress', shape: 'ring', explanation: 'It waits for a free builder.' },
  building: { word: 'Building', tone: 'progress', shape: 'ring', explanation: 'Its source is being turned into something that runs.' },
  releasing: { word: 'Releasing', tone: 'progress', shape: 'ring', explanation: 'The new version is starting; traffic moves when it is healthy.' },
  running: { word: 'Running', tone: 'good', shape: 'dot', explanation: 'It answers its health check.' },
  degraded: { word: 'Degraded', tone: 'warning', shape: 'half', explanation: 'It runs but does not answer its health check.' },
  crashing: { word: 'Crashing', tone: 'bad', shape: 'triangle', explanation: 'It exits again and again; the next start waits longer each time.' },
  sleeping: { word: 'Sleeping', tone: 'quiet', shape: 'crescent', explanation: 'It was quiet and stopped; the next request wakes it.' },
  suspended: { word: 'Suspended', tone: 'quiet', shape: 'square', explanation: 'Someone stopped it. Start it to serve again.' },
  failed: { word: 'Failed', tone: 'bad', shape: 'cross', explanation: 'Its last deployment failed and nothing runs.' },
  removing: { word: 'Removing', tone: 'neutral', shape: 'struck', explanation: 'It is being taken down.' },
}

export type StateInput = {
  desired: 'running' | 'stopped' | 'deleted'
  /** The newest deployment, if any. */
  latest: { status: DeploymentStatus } | null
  /** Whether a deployment is active (has been healthy and holds the routes). */
  hasActive: boolean
  /** The workload of the active deployment as last observed. */
  workload: { phase: 'starting' | 'running' | 'exited'; health: 'unknown' | 'healthy' | 'unhealthy' } | null
}

/** The one word for a service, from what is wanted and what is seen. A deploy in progress is shown over a running version. */
export function serviceState(input: StateInput): ServiceState {
  if (input.desired === 'deleted') return 'removing'
  const status = input.latest?.status
  if (status === 'queued' || status === 'building' || status === 'releasing') return status
  if (input.desired === 'stopped') return 'suspended'
  if (!input.hasActive) return input.latest === null || status === 'cancelled' ? 'not_deployed' : 'failed'
  if (input.workload?.phase === 'exited') return 'crashing'
  if (input.workload?.phase !== 'running' || input.workload.health === 'unhealthy') return 'degraded'
  return 'running'
}
