import { and, eq, inArray, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { workloads } from '../../schema/observed'

type Row = typeof workloads.$inferInsert

/** Writes what is seen of an environment: rows that differ, rows that are gone, and when it was looked at. */
export async function record(tx: Db, environmentId: string, seen: { changed: readonly Row[]; goneNames: readonly string[]; at: Date }): Promise<void> {
  for (const row of seen.changed) await tx.insert(workloads).values(row).onConflictDoUpdate({ target: workloads.name, set: row })
  if (seen.goneNames.length > 0) await tx.delete(workloads).where(inArray(workloads.name, [...seen.goneNames]))
  await tx.update(workloads).set({ observedAt: seen.at }).where(eq(workloads.environmentId, environmentId))
}

/** Frees the port of a deployment whose workload is gone. */
export async function freePort(db: Db, deploymentId: string): Promise<void> {
  await db.execute(sql`delete from ports where deployment_id = ${deploymentId} and purpose = 'workload'`)
}

export async function removeOfService(tx: Db, environmentId: string, serviceId: string): Promise<void> {
  await tx.delete(workloads).where(and(eq(workloads.environmentId, environmentId), eq(workloads.serviceId, serviceId)))
}
