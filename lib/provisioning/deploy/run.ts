import { join } from 'node:path'

import type { Deployment } from '../../db/queries/engine/deployments'
import type { Place } from '../../db/queries/engine/places'
import type { BuildLog } from '../../telemetry/build-log'
import type { Engine } from '../engine'
import type { Target } from '../targets'
import type { Enclosure } from './enclosure'
import type { StageLimits } from './stage-limits'

/** Why a deployment is no longer worked on, as the reason of its signal. */
export class Interruption extends Error {
  constructor(readonly kind: 'cancelled' | 'shutdown' | 'lost') {
    super(SAID[kind])
    this.name = 'Interruption'
  }
}

const SAID = {
  cancelled: 'The deployment is no longer wanted.',
  shutdown: 'The worker is shutting down.',
  lost: 'The lock on the deployment was lost, so somebody else may be at work on it.',
}

/** One deployment at work. */
export type Run = {
  engine: Engine
  deployment: Deployment
  /** Service, environment, project and organization it belongs to. */
  place: Place
  /** What it will run on: what is built is for that. */
  target: Target
  log: BuildLog
  signal: AbortSignal
  limitsMs: StageLimits
  /** Whether the deployment is still this worker's to decide about. */
  isOurs(): Promise<boolean>
  /** Working folder: the source, HOME of its commands, and what it has said that is not stored yet. */
  folder: { path: string; source: string; home: string; log: string }
  /** Holds its commands together. */
  enclosure: Enclosure
}

/** Where a build lies on this machine. */
export function buildFolder({ paths }: Pick<Engine, 'paths'>, deploymentId: string): Run['folder'] {
  const path = paths.build(deploymentId)
  return { path, source: join(path, 'source'), home: join(path, 'home'), log: join(path, 'log') }
}
