import { and, desc, eq, isNotNull, isNull, lt, max, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { artifacts, deployments } from '../../schema/deployment'
import { services } from '../../schema/desired'

export type Former = typeof deployments.$inferSelect

/** The version that served before this time and whose build is kept; null when there is none. */
export async function formerOf(db: Db, serviceId: string, before: Date): Promise<Former | null> {
  const [row] = await db
    .select({ deployment: deployments })
    .from(deployments)
    .innerJoin(artifacts, eq(artifacts.id, deployments.artifactId))
    .where(and(eq(deployments.serviceId, serviceId), eq(deployments.status, 'retired'), isNotNull(deployments.activatedAt), lt(deployments.activatedAt, before), isNull(artifacts.removedAt), isNull(deployments.harm)))
    .orderBy(desc(deployments.activatedAt))
    .limit(1)
  return row?.deployment ?? null
}

/** A deployment with all that was frozen in it. */
export async function wholeById(db: Db, id: string): Promise<Former | null> {
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id))
  return row ?? null
}

/** Writes a queued deployment with the next number of its service. Hold the service before. */
export async function insertNext(tx: Db, row: Omit<typeof deployments.$inferInsert, 'number'>): Promise<number> {
  const [last] = await tx.select({ n: max(deployments.number) }).from(deployments).where(eq(deployments.serviceId, row.serviceId))
  const number = (last!.n ?? 0) + 1
  await tx.insert(deployments).values({ ...row, number })
  return number
}

/** Refuses automatic deploys of a service from now on; a hold that is there already stays. */
export async function hold(tx: Db, serviceId: string, reason: string, at: Date): Promise<void> {
  const value = JSON.stringify({ at: at.toISOString(), by: null, reason })
  await tx.update(services).set({ hold: sql`coalesce(${services.hold}, ${value}::jsonb)` }).where(eq(services.id, serviceId))
}
