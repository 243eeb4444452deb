import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { workloads } from '../../schema/observed'

type Row = typeof workloads.$inferInsert

/** Every column as the row that could not be inserted has it. */
const EXCLUDED = Object.fromEntries(Object.entries(getTableColumns(workloads)).map(([key, column]) => [key, sql.raw(`excluded."${column.name}"`)]))

/** Writes what is seen of an environment: rows that differ, rows that are gone, and when it was looked at. */
export async function record(tx: Db, environmentId: string, seen: { changed: readonly Row[]; goneNames: readonly string[]; at: Date }): Promise<void> {
  if (seen.changed.length > 0) await tx.insert(workloads).values([...seen.changed]).onConflictDoUpdate({ target: workloads.name, set: EXCLUDED })
  if (seen.goneNames.length > 0) await tx.delete(workloads).where(inArray(workloads.name, [...seen.goneNames]))
  await tx.update(workloads).set({ observedAt: seen.at }).where(eq(workloads.environmentId, environmentId))
}

/** Frees the port of a workload that is gone. */
export async function freePort(db: Db, name: string): Promise<void> {
  await db.execute(sql`delete from ports where workload = ${name} and purpose = 'workload'`)
}

export async function removeOfService(tx: Db, environmentId: string, serviceId: string): Promise<void> {
  await tx.delete(workloads).where(and(eq(workloads.environmentId, environmentId), eq(workloads.serviceId, serviceId)))
}
