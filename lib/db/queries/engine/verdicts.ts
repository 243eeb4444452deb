import { and, eq, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm'

import type { StageName, StageStatus } from '../../../domain/deployment-status'
import type { Failure } from '../../../domain/failure'
import type { Harm } from '../../../domain/harm'
import type { Db } from '../../connection'
import { deployments, stages } from '../../schema/deployment'
import { services } from '../../schema/desired'

/** Locks a service that is still of this generation; false when desired state has changed since. */
export async function lockService(tx: Db, serviceId: string, generation: number): Promise<boolean> {
  const rows = await tx.select({ id: services.id }).from(services).where(and(eq(services.id, serviceId), eq(services.generation, generation))).for('no key update')
  return rows.length === 1
}

/** The deployment holds the routes from now on, and the former one drains. False when it is no longer being released. */
export async function activate(tx: Db, target: { serviceId: string; deploymentId: string }, at: Date): Promise<boolean> {
  const isTarget = eq(deployments.id, target.deploymentId)
  const [row] = await tx.select({ status: deployments.status }).from(deployments).where(isTarget).for('no key update')
  if (row?.status !== 'releasing') return false
  await tx
    .update(deployments)
    .set({ status: 'retired', retiredAt: at })
    .where(and(eq(deployments.serviceId, target.serviceId), eq(deployments.status, 'active'), ne(deployments.id, target.deploymentId)))
  await tx.update(deployments).set({ status: 'active', activatedAt: at, finishedAt: at }).where(isTarget)
  // What was held, or asleep, is led to the new version.
  await tx.update(services).set({ activeDeploymentId: target.deploymentId, heldAt: null, sleepingAt: null }).where(eq(services.id, target.serviceId))
  return true
}

/** Ends a deployment that is being released. False when it has ended otherwise. */
export async function endRelease(tx: Db, deploymentId: string, outcome: { status: 'failed'; failure: Failure } | { status: 'cancelled' }, at: Date): Promise<boolean> {
  const failure = outcome.status === 'failed' ? { failureReason: outcome.failure.reason, failureMessage: outcome.failure.message } : {}
  const rows = await tx
    .update(deployments)
    .set({ status: outcome.status, finishedAt: at, ...failure })
    .where(and(eq(deployments.id, deploymentId), eq(deployments.status, 'releasing')))
    .returning({ id: deployments.id })
  return rows.length === 1
}

/** The active deployment is wanted again instead of this target. */
export async function handBack(tx: Db, serviceId: string, targetId: string): Promise<boolean> {
  const rows = await tx
    .update(services)
    .set({ targetDeploymentId: sql`${services.activeDeploymentId}`, generation: sql`${services.generation} + 1` })
    .where(and(eq(services.id, serviceId), eq(services.targetDeploymentId, targetId)))
    .returning({ id: services.id })
  return rows.length === 1
}

/** Ends a stage that runs; one that has ended keeps its end. */
export async function endStage(tx: Db, stage: { deploymentId: string; name: StageName; status: StageStatus; error: string | null }, at: Date): Promise<void> {
  await tx
    .update(stages)
    .set({ status: stage.status, finishedAt: at, error: stage.error })
    .where(and(eq(stages.deploymentId, stage.deploymentId), eq(stages.name, stage.name), eq(stages.status, 'running')))
}

/** Its pre-deploy command ended well. False when it is no longer being released, or was prepared already. */
export async function prepared(tx: Db, deploymentId: string, at: Date): Promise<boolean> {
  const rows = await tx
    .update(deployments)
    .set({ preparedAt: at })
    .where(and(eq(deployments.id, deploymentId), eq(deployments.status, 'releasing'), isNull(deployments.preparedAt)))
    .returning({ id: deployments.id })
  return rows.length === 1
}

/** How long requests waited while a deployment took the place of another. */
export async function notePause(tx: Db, deploymentId: string, pauseMs: number): Promise<void> {
  await tx.update(deployments).set({ pauseMs }).where(eq(deployments.id, deploymentId))
}

/** Since when requests to a service wait; null: they do not. */
export async function setHeld(tx: Db, serviceId: string, at: Date | null): Promise<boolean> {
  const rows = await tx
    .update(services)
    .set({ heldAt: at })
    .where(and(eq(services.id, serviceId), at === null ? isNotNull(services.heldAt) : isNull(services.heldAt)))
    .returning({ id: services.id })
  return rows.length === 1
}

/** Puts a service to sleep. */
export async function fallAsleep(tx: Db, serviceId: string, at: Date): Promise<boolean> {
  const rows = await tx.update(services).set({ sleepingAt: at }).where(and(eq(services.id, serviceId), isNull(services.sleepingAt))).returning({ id: services.id })
  return rows.length === 1
}

/** Wakes those of these services that sleep, and names them with where they are. */
export async function wake(tx: Db, serviceIds: readonly string[], at: Date): Promise<{ id: string; environmentId: string }[]> {
  if (serviceIds.length === 0) return []
  return tx
    .update(services)
    .set({ sleepingAt: null, wokenAt: at })
    .where(and(inArray(services.id, [...serviceIds]), isNotNull(services.sleepingAt), eq(services.desired, 'running')))
    .returning({ id: services.id, environmentId: services.environmentId })
}

/** Notes the harm a deployment does. False when it was noted before, or is not the one that serves. */
export async function noteHarm(tx: Db, deploymentId: string, harm: Harm): Promise<boolean> {
  const rows = await tx
    .update(deployments)
    .set({ harm })
    .where(and(eq(deployments.id, deploymentId), eq(deployments.status, 'active'), isNull(deployments.harm)))
    .returning({ id: deployments.id })
  return rows.length === 1
}

/** A stage of a deployment begins; one that has begun goes on. */
export async function beginStage(tx: Db, deploymentId: string, name: StageName, at: Date): Promise<void> {
  await tx.insert(stages).values({ deploymentId, name, status: 'running', startedAt: at }).onConflictDoNothing()
}
