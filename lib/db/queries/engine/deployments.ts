import { and, eq, gt, inArray, isNull, ne, sql } from 'drizzle-orm'

import type { Recipe } from '../../../contract/recipe'
import { statusesBefore } from '../../../domain/deployment-status'
import type { Failure } from '../../../domain/failure'
import type { Db } from '../../connection'
import { deployments, stages } from '../../schema/deployment'
import { services } from '../../schema/desired'

export type Deployment = typeof deployments.$inferSelect

export async function byId(db: Db, id: string): Promise<Deployment | null> {
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id))
  return row ?? null
}

/** Those of a service that wait, and are put off because another one was being built. */
export async function putOffOf(db: Db, serviceId: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select d.id from deployments d join graphile_worker.jobs j on j.key = 'deployment:' || d.id
    where d.service_id = ${serviceId} and d.status = 'queued' and j.run_at > now() and j.attempts = 0`)
  return rows.map((row) => row.id)
}

/** Its status as of now; null when it is gone. */
export async function statusOf(db: Db, id: string): Promise<Deployment['status'] | null> {
  const [row] = await db.select({ status: deployments.status }).from(deployments).where(eq(deployments.id, id))
  return row?.status ?? null
}

/** Its status, held until the transaction ends. */
export async function lockStatus(tx: Db, id: string): Promise<Deployment['status'] | null> {
  const [row] = await tx.select({ status: deployments.status }).from(deployments).where(eq(deployments.id, id)).for('no key update')
  return row?.status ?? null
}

/**
 * Takes a queued deployment into work; one that has its build already goes on to its release from where it is. Null when it
 * is no longer on its way: a cancel that came first wins.
 */
export async function begin(db: Db, id: string, at: Date): Promise<{ deployment: Deployment; isFirst: boolean } | null> {
  const [row] = await db
    .update(deployments)
    .set({ status: sql`case when ${deployments.artifactId} is null then 'building' else 'queued' end`, startedAt: at })
    .where(and(eq(deployments.id, id), eq(deployments.status, 'queued'), isNull(deployments.startedAt)))
    .returning()
  if (row) return { deployment: row, isFirst: true }
  const deployment = await byId(db, id)
  return deployment && (deployment.status === 'building' || deployment.status === 'queued') ? { deployment, isFirst: false } : null
}

/** Moves only a deployment that is still being built: a cancel that came first wins. */
export async function fail(db: Db, id: string, failure: Failure, at: Date): Promise<boolean> {
  const rows = await db
    .update(deployments)
    .set({ status: 'failed', failureReason: failure.reason, failureMessage: failure.message, finishedAt: at })
    .where(and(eq(deployments.id, id), inArray(deployments.status, ['queued', 'building'])))
    .returning({ id: deployments.id })
  return rows.length === 1
}

export async function setRevision(db: Db, id: string, revision: Deployment['revision']): Promise<void> {
  await db.update(deployments).set({ revision }).where(eq(deployments.id, id))
}

export async function setRecipe(db: Db, id: string, recipe: Recipe): Promise<void> {
  await db.update(deployments).set({ recipe }).where(eq(deployments.id, id))
}

/**
 * Whether a newer deployment of the service serves, served, or is about to. What the platform put back after measured harm
 * is newer than what a person had asked for meanwhile, which may well be the mending: it overtakes only what nobody asked for.
 */
export async function isOvertaken(tx: Db, deployment: Pick<Deployment, 'serviceId' | 'number' | 'trigger'>): Promise<boolean> {
  const isNewer = and(eq(deployments.serviceId, deployment.serviceId), gt(deployments.number, deployment.number), inArray(deployments.status, ['releasing', 'active', 'retired']))
  const rows = await tx
    .select({ id: deployments.id })
    .from(deployments)
    .where(deployment.trigger === 'automatic' ? isNewer : and(isNewer, ne(deployments.trigger, 'harm')))
    .limit(1)
  return rows.length > 0
}

/** Ends as superseded. False when it has ended otherwise. */
export async function supersede(tx: Db, id: string, at: Date): Promise<boolean> {
  const rows = await tx
    .update(deployments)
    .set({ status: 'superseded', finishedAt: at })
    .where(and(eq(deployments.id, id), inArray(deployments.status, statusesBefore('superseded'))))
    .returning({ id: deployments.id })
  return rows.length === 1
}

/** Ends whatever else of the service is being released: this one takes its place. Names them. */
export async function supersedeOtherReleases(tx: Db, deployment: Pick<Deployment, 'id' | 'serviceId'>, at: Date): Promise<string[]> {
  const rows = await tx
    .update(deployments)
    .set({ status: 'superseded', finishedAt: at })
    .where(and(eq(deployments.serviceId, deployment.serviceId), ne(deployments.id, deployment.id), eq(deployments.status, 'releasing')))
    .returning({ id: deployments.id })
  const ids = rows.map((row) => row.id)
  if (ids.length > 0) await tx.update(stages).set({ status: 'cancelled', finishedAt: at }).where(and(inArray(stages.deploymentId, ids), eq(stages.status, 'running')))
  return ids
}

/** Makes it what its service should run. The service's generation rises, so plans made before are refused. */
export async function makeTarget(tx: Db, deployment: Pick<Deployment, 'id' | 'serviceId'>, released: { environmentSealed: string; reaches: string[]; at: Date }): Promise<void> {
  const [service] = await tx
    .update(services)
    .set({ targetDeploymentId: deployment.id, generation: sql`${services.generation} + 1` })
    .where(eq(services.id, deployment.serviceId))
    .returning({ generation: services.generation })
  await tx
    .update(deployments)
    .set({ status: 'releasing', generation: service!.generation, releasedAt: released.at, environmentSealed: released.environmentSealed, reaches: released.reaches })
    .where(eq(deployments.id, deployment.id))
}

/** Cancels everything of a service that is on its way. */
export async function cancelProgressing(db: Db, serviceId: string, at: Date): Promise<void> {
  await db
    .update(deployments)
    .set({ status: 'cancelled', finishedAt: at })
    .where(and(eq(deployments.serviceId, serviceId), inArray(deployments.status, statusesBefore('cancelled'))))
}

/** Queued or being built, for a while, without a job that will go on with it. */
export async function abandoned(db: Db, before: Date, limit: number): Promise<{ id: string; serviceId: string }[]> {
  return [
    ...(await db.execute<{ id: string; serviceId: string }>(sql`
      select d.id, d.service_id as "serviceId" from deployments d
      where d.status in ('queued', 'building') and coalesce(d.started_at, d.created_at) < ${before.toISOString()}::timestamptz
        and not exists (select 1 from graphile_worker.jobs j where j.key = 'deployment:' || d.id and j.attempts < j.max_attempts)
      limit ${limit}`)),
  ]
}

/** Holds the service of a deployment until the transaction ends; false when it is being deleted. Before its deployments. */
export async function lockService(tx: Db, serviceId: string): Promise<boolean> {
  const rows = await tx.select({ id: services.id }).from(services).where(and(eq(services.id, serviceId), ne(services.desired, 'deleted'))).for('no key update')
  return rows.length === 1
}

/** What the version that serves was released with; null when none serves. */
export async function servingEnvironment(tx: Db, serviceId: string): Promise<{ id: string; sealed: string } | null> {
  const [row] = await tx
    .select({ id: deployments.id, sealed: deployments.environmentSealed })
    .from(services)
    .innerJoin(deployments, eq(deployments.id, services.activeDeploymentId))
    .where(eq(services.id, serviceId))
  return row?.sealed ? { id: row.id, sealed: row.sealed } : null
}
