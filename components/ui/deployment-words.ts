import { STAGES, type DeploymentStatus, type StageName } from '@/lib/domain/deployment-status'
import type { StateShape, StateTone } from '@/lib/domain/service-state'

/** The one table of words and marks for the status of a deployment. */
export const DEPLOYMENT_STATUS: Record<DeploymentStatus, { word: string; tone: StateTone; shape: StateShape; explanation: string }> = {
  queued: { word: 'Queued', tone: 'progress', shape: 'ring', explanation: 'It waits for a free builder.' },
  building: { word: 'Building', tone: 'progress', shape: 'ring', explanation: 'Its source is being turned into something that runs.' },
  releasing: { word: 'Releasing', tone: 'progress', shape: 'ring', explanation: 'The new version is starting; traffic moves when it is healthy.' },
  active: { word: 'Active', tone: 'good', shape: 'dot', explanation: 'It has been healthy and takes the traffic.' },
  retired: { word: 'Retired', tone: 'quiet', shape: 'square', explanation: 'A newer deployment took its place.' },
  failed: { word: 'Failed', tone: 'bad', shape: 'cross', explanation: 'It never took traffic.' },
  cancelled: { word: 'Cancelled', tone: 'neutral', shape: 'struck', explanation: 'Someone stopped it before it was done.' },
  superseded: { word: 'Superseded', tone: 'neutral', shape: 'dashed', explanation: 'A newer deployment overtook it.' },
}

/** How far a deployment has come, from 0 to 1, by the stage it is in: what the ring fills to. */
export function stageProgress(stage: StageName | null): number {
  return stage === null ? 0.04 : (STAGES.indexOf(stage) + 0.5) / STAGES.length
}
