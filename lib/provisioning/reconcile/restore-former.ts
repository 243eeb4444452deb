import type { EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import { hold, insertNext, wholeById } from '../../db/queries/engine/former'
import type { Db } from '../../db/connection'
import type { Harm } from '../../domain/harm'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import { openFrozen, sealFrozen } from '../../secrets/sealed-variables'
import type { Engine } from '../engine'
import { concerning } from './facts'

type Restoration = { rows: EnvironmentRows; service: ServiceRow; harm: Harm; now: Date }

/** Queues the release of a former version's build with what it was frozen with, and holds automatic deploys. */
export async function restoreFormer(engine: Pick<Engine, 'seal'>, tx: Db, { rows, service, harm, now }: Restoration): Promise<boolean> {
  const former = await wholeById(tx, harm.restored)
  if (!former) return false
  const id = newId('deployment')
  const { serviceId, spec, configRevision, artifactId, recipe, revision } = former
  const number = await insertNext(tx, {
    id,
    serviceId,
    status: 'queued',
    trigger: 'harm',
    spec,
    variablesSealed: sealFrozen(engine.seal, id, openFrozen(engine.seal, former.id, former.variablesSealed)),
    configRevision,
    artifactId,
    recipe,
    revision,
    reusesDeploymentId: former.id,
    createdAt: now,
  })
  await hold(tx, serviceId, harm.message, now)
  await enqueue(tx, { task: 'run-deployment', deploymentId: id, serviceId })
  await record(tx, 'platform', { ...concerning(rows, service, id), type: 'deployment.queued', data: { number, trigger: 'harm' } })
  await announce(tx, { kind: 'deployment', environmentId: service.environmentId, deploymentId: id })
  return true
}
