import { and, eq, inArray, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { artifacts, deployments } from '../../schema/deployment'
import { services } from '../../schema/desired'
import { detachFrom } from './volumes'

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
  await detachFrom(tx, serviceId)
  const rows = await tx.delete(services).where(and(eq(services.id, serviceId), eq(services.generation, generation))).returning({ id: services.id })
  return rows.length === 1
}

/** Every git address a service has been fetched from. */
export async function addressesOfService(db: Db, serviceId: string): Promise<string[]> {
  const now = await db.select({ url: urlOf(services.source) }).from(services).where(eq(services.id, serviceId))
  const before = await db.selectDistinct({ url: urlOf(sql`${deployments.spec} -> 'source'`) }).from(deployments).where(eq(deployments.serviceId, serviceId)).limit(1000)
  return [...new Set([...now, ...before].flatMap(({ url }) => url ?? []))]
}

/** Whether any service is, or was, fetched from an address. */
export async function isFetched(db: Db, url: string): Promise<boolean> {
  const now = await db.select({ id: services.id }).from(services).where(eq(urlOf(services.source), url)).limit(1)
  const before = await db.select({ id: deployments.id }).from(deployments).where(eq(urlOf(sql`${deployments.spec} -> 'source'`), url)).limit(1)
  return now.length + before.length > 0
}

function urlOf(source: unknown) {
  return sql<string | null>`${source} ->> 'url'`
}
