import { and, eq, inArray } from 'drizzle-orm'

import type { Db } from '../../connection'
import { artifacts, deployments } from '../../schema/deployment'
import { services } from '../../schema/desired'

/** Ids of what a service has on disk. */
export async function filesOfService(db: Db, serviceId: string): Promise<{ deploymentIds: string[]; artifactIds: string[] }> {
  const built = await db.select({ id: deployments.id }).from(deployments).where(eq(deployments.serviceId, serviceId))
  const kept = await db.select({ id: artifacts.id }).from(artifacts).where(eq(artifacts.serviceId, serviceId))
  return { deploymentIds: built.map((row) => row.id), artifactIds: kept.map((row) => row.id) }
}

/** Whether a build of a service is still at work. */
export async function hasRunningBuild(db: Db, serviceId: string): Promise<boolean> {
  const rows = await db.select({ id: deployments.id }).from(deployments).where(and(eq(deployments.serviceId, serviceId), inArray(deployments.status, ['queued', 'building'])))
  return rows.length > 0
}

/** Removes a service that is being deleted, with everything that belongs to it by reference. */
export async function removeService(tx: Db, serviceId: string, generation: number): Promise<boolean> {
  const rows = await tx.delete(services).where(and(eq(services.id, serviceId), eq(services.generation, generation))).returning({ id: services.id })
  return rows.length === 1
}
