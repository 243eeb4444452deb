import { and, eq, getTableColumns, inArray, isNotNull, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { services } from '../../schema/desired'
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

/**
 * From now on no table leads to a workload that is about to end because its service sleeps; the next look writes down what
 * it sees. False when the service was woken meanwhile.
 */
export async function leaveRoutes(db: Db, { name, serviceId }: { name: string; serviceId: string }): Promise<boolean> {
  return db.transaction(async (tx) => {
    const asleep = await tx.select({ id: services.id }).from(services).where(and(eq(services.id, serviceId), isNotNull(services.sleepingAt))).for('no key update')
    if (asleep.length > 0) await tx.update(workloads).set({ address: null }).where(eq(workloads.name, name))
    return asleep.length > 0
  })
}

/** Frees the port of a workload that is gone. */
export async function freePort(db: Db, name: string): Promise<void> {
  await db.execute(sql`delete from ports where workload = ${name} and purpose = 'workload'`)
}

export async function removeOfService(tx: Db, environmentId: string, serviceId: string): Promise<void> {
  await tx.delete(workloads).where(and(eq(workloads.environmentId, environmentId), eq(workloads.serviceId, serviceId)))
}
