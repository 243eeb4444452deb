import { insertNext } from '../../db/queries/engine/former'
import { withMounts } from '../../db/queries/volumes'
import type { Db } from '../../db/connection'
import { takeReferences } from '../../db/queries/services'
import type { FrozenSpec } from '../../db/schema/deployment'
import type { deployments } from '../../db/schema/deployment'
import type { Trigger } from '../../domain/deployment-status'
import { announce } from '../../events/announce'
import { record, type Fact } from '../../events/record'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import { sealFrozen, type PlainVariables } from '../../secrets/sealed-variables'
import type { Seal } from '../../secrets/seal'
import { traceId } from '../../trace'

export type QueuedByPlatform = {
  serviceId: string
  trigger: Extract<Trigger, 'automatic' | 'harm' | 'redeploy'>
  spec: FrozenSpec
  variables: PlainVariables
  configRevision: number
  /** The deployment whose build is released again; null to build. */
  reused: Pick<typeof deployments.$inferSelect, 'id' | 'artifactId' | 'recipe' | 'revision'> | null
  /** Whom the fact concerns. */
  about: Omit<Fact, 'type' | 'data'> & { environmentId: string }
  at: Date
}

/** Writes a deployment that the platform itself asks for, with its job. Hold the service before. */
export async function queueDeployment(tx: Db, seal: Seal, queued: QueuedByPlatform): Promise<string> {
  const id = newId('deployment')
  const { serviceId, trigger, spec, variables, configRevision, reused, about } = queued
  const number = await insertNext(tx, {
    id,
    serviceId,
    status: 'queued',
    trigger,
    spec: await withMounts(tx, serviceId, spec),
    variablesSealed: sealFrozen(seal, id, variables),
    configRevision,
    traceId: traceId(),
    artifactId: reused?.artifactId ?? null,
    recipe: reused?.recipe ?? null,
    revision: reused?.revision ?? null,
    reusesDeploymentId: reused?.id ?? null,
    createdAt: queued.at,
  })
  if (trigger === 'automatic') await takeReferences(tx, serviceId)
  await enqueue(tx, { task: 'run-deployment', deploymentId: id, serviceId })
  await record(tx, 'platform', { ...about, serviceId, deploymentId: id, type: 'deployment.queued', data: { number, trigger } })
  await announce(tx, { kind: 'deployment', environmentId: about.environmentId, deploymentId: id })
  await announce(tx, { kind: 'graph', environmentId: about.environmentId })
  return id
}
