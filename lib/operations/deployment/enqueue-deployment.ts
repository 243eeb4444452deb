import { insert, nextNumber, supersedeQueued } from '../../db/queries/deployments'
import { cancelRunning } from '../../db/queries/stages'
import { takeReferences, want, type ServiceRow } from '../../db/queries/services'
import { withMounts } from '../../db/queries/volumes'
import type { FrozenSpec } from '../../db/schema/deployment'
import type { deployments } from '../../db/schema/deployment'
import type { Builds, Trigger } from '../../domain/deployment-status'
import { misfits } from '../../domain/settings-fit'
import { AppError } from '../../errors'
import { announce } from '../../events/announce'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import { sealFrozen, type PlainVariables } from '../../secrets/sealed-variables'
import { traceId } from '../../trace'
import type { ScopedCtx } from '../context'
import { recordHere } from '../record-here'
import { cancelSnapshotsBefore } from './cancel-snapshots'
import { demandNoRotation } from '../rotation/demand-none'

export type NewDeployment = {
  trigger: Trigger
  spec: FrozenSpec
  variables: PlainVariables
  configRevision: number
  builds?: Builds
  /** The deployment whose build is released again. */
  reused: Pick<typeof deployments.$inferSelect, 'id' | 'artifactId' | 'recipe' | 'revision'> | null
}

/**
 * Writes a queued deployment of a service that is held, and the job that takes it to its release. Those that wait for a
 * builder are superseded: only the newest is worth building. A stopped service is started.
 */
export async function enqueueDeployment(ctx: ScopedCtx, service: ServiceRow, fresh: NewDeployment): Promise<string> {
  const { environmentId } = service
  await demandNoRotation(ctx, service)
  const spec = await withMounts(ctx.db, service.id, fresh.spec)
  // Settings of long ago may not go with the volumes of now.
  const [misfit] = misfits(spec.settings, null, (spec.mounts ?? []).map(({ name }) => name))
  if (misfit) throw new AppError('not_now', misfit.message)
  const number = await nextNumber(ctx.db, service.id)
  await supersede(ctx, service, number)

  const id = newId('deployment')
  await insert(ctx.db, {
    id,
    serviceId: service.id,
    number,
    status: 'queued',
    trigger: fresh.trigger,
    spec,
    variablesSealed: sealFrozen(ctx.seal, id, fresh.variables),
    configRevision: fresh.configRevision,
    builds: fresh.builds ?? 'always',
    artifactId: fresh.reused?.artifactId ?? null,
    recipe: fresh.reused?.recipe ?? null,
    revision: fresh.reused?.revision ?? null,
    reusesDeploymentId: fresh.reused?.id ?? null,
    createdBy: ctx.actor.userId,
    traceId: traceId(),
    createdAt: ctx.now(),
  })
  if (fresh.configRevision === service.configRevision) await takeReferences(ctx.db, service.id)
  if (service.desired === 'stopped') {
    await want(ctx.db, service.id, 'running', ctx.now())
    await recordHere(ctx, { type: 'service.started', subject: service.name })
    await enqueue(ctx.db, { task: 'reconcile', environmentId })
  }
  await enqueue(ctx.db, { task: 'run-deployment', deploymentId: id, serviceId: service.id })
  await recordHere(ctx, { type: 'deployment.queued', subject: service.name, deploymentId: id, data: { number, trigger: fresh.trigger } })
  await announce(ctx.db, { kind: 'deployment', environmentId, deploymentId: id })
  return id
}

async function supersede(ctx: ScopedCtx, service: ServiceRow, by: number): Promise<void> {
  const superseded = await supersedeQueued(ctx.db, service.id, ctx.now())
  // One that has its build waits as queued while it is released, perhaps by a worker that died.
  await cancelRunning(ctx.db, superseded.map(({ id }) => id), ctx.now())
  await cancelSnapshotsBefore(ctx, superseded.map(({ id }) => id))
  for (const former of superseded) {
    await recordHere(ctx, { type: 'deployment.superseded', subject: service.name, deploymentId: former.id, data: { number: former.number, by } })
    await announce(ctx.db, { kind: 'deployment', environmentId: service.environmentId, deploymentId: former.id })
  }
}
