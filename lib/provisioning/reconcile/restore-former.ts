import type { EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import { hold, wholeById } from '../../db/queries/engine/former'
import type { Db } from '../../db/connection'
import type { Harm } from '../../domain/harm'
import { openFrozen } from '../../secrets/sealed-variables'
import { queueDeployment } from '../deploy/queue-deployment'
import type { Engine } from '../engine'
import { concerning } from './facts'

type Restoration = { rows: EnvironmentRows; service: ServiceRow; harm: Harm; now: Date }

/** Queues the release of a former version's build with what it was frozen with, and holds automatic deploys. */
export async function restoreFormer(engine: Pick<Engine, 'seal'>, tx: Db, { rows, service, harm, now }: Restoration): Promise<boolean> {
  const former = await wholeById(tx, harm.restored)
  if (!former) return false
  await queueDeployment(tx, engine.seal, {
    serviceId: service.id,
    trigger: 'harm',
    spec: former.spec,
    variables: openFrozen(engine.seal, former.id, former.variablesSealed),
    configRevision: former.configRevision,
    reused: former,
    about: { ...concerning(rows, service, null), environmentId: service.environmentId },
    at: now,
  })
  await hold(tx, service.id, harm.message, now)
  return true
}
