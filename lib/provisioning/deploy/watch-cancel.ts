import type { HeldLock } from '../../db/queries/engine/advisory-lock'
import * as deployments from '../../db/queries/engine/deployments'
import { isProgressing } from '../../domain/deployment-status'
import type { Engine } from '../engine'
import { watchWanted, type Cancellations } from '../watch-wanted'
import { Interruption } from './run'

/** A signal that aborts when the deployment is no longer on its way, the worker shuts down, or another one has taken over. */
export function watchCancel(engine: Engine, deploymentId: string, { shutdown, cancellations, lock }: { shutdown: AbortSignal; cancellations: Cancellations; lock: Pick<HeldLock, 'hold'> }): { signal: AbortSignal; stop(): void } {
  const look = async () => {
    const status = await deployments.statusOf(engine.db, deploymentId)
    if (status === null || !isProgressing(status)) return new Interruption('cancelled')
    return (await lock.hold()) ? null : new Interruption('lost')
  }
  return watchWanted(engine, deploymentId, { shutdown, cancellations, look, ending: new Interruption('shutdown') })
}
