import type { Deployment } from '../../db/queries/engine/deployments'
import type { Place } from '../../db/queries/engine/places'
import type { BuildLog } from '../../telemetry/build-log'
import type { Engine } from '../engine'

/** Why a deployment is no longer worked on, as the reason of its signal. */
export class Interruption extends Error {
  constructor(readonly kind: 'cancelled' | 'shutdown') {
    super(kind === 'cancelled' ? 'The deployment is no longer wanted.' : 'The worker is shutting down.')
    this.name = 'Interruption'
  }
}

/** One deployment at work. */
export type Run = {
  engine: Engine
  deployment: Deployment
  /** Service, environment, project and organization it belongs to. */
  place: Place
  log: BuildLog
  signal: AbortSignal
  /** Working folder: the source, HOME of its commands, and the note of its processes. */
  folder: { path: string; source: string; home: string; processNote: string }
}

/** An entry in the environment of every command of a build, by which its processes are found after a crash. */
export function buildMark(deploymentId: string): { name: string; value: string; entry: string } {
  return { name: 'EASEL_BUILD', value: deploymentId, entry: `EASEL_BUILD=${deploymentId}` }
}
