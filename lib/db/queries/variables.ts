import { and, asc, eq, inArray, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { services, variables } from '../schema/desired'

export type VariableRow = typeof variables.$inferSelect
export type NewVariable = Pick<VariableRow, 'id' | 'key' | 'valueSealed' | 'secret'>

export function ofService(db: Db, serviceId: string): Promise<VariableRow[]> {
  return db.select().from(variables).where(eq(variables.serviceId, serviceId)).orderBy(asc(variables.key))
}

/** Of all these services. */
export function ofServices(db: Db, serviceIds: readonly string[]): Promise<VariableRow[]> {
  if (serviceIds.length === 0) return Promise.resolve([])
  return db.select().from(variables).where(inArray(variables.serviceId, [...serviceIds])).orderBy(asc(variables.key))
}

/** Sealed values of everything in these environments. */
export function ofEnvironments(db: Db, environmentIds: readonly string[]): Promise<Pick<VariableRow, 'id' | 'serviceId' | 'key' | 'valueSealed'>[]> {
  if (environmentIds.length === 0) return Promise.resolve([])
  return db
    .select({ id: variables.id, serviceId: variables.serviceId, key: variables.key, valueSealed: variables.valueSealed })
    .from(variables)
    .innerJoin(services, eq(services.id, variables.serviceId))
    .where(inArray(services.environmentId, [...environmentIds]))
}

export async function find(db: Db, serviceId: string, key: string): Promise<VariableRow | null> {
  const [row] = await db.select().from(variables).where(and(eq(variables.serviceId, serviceId), eq(variables.key, key)))
  return row ?? null
}

/** Writes new and changed ones; whatever has the same key is replaced. */
export async function put(tx: Db, serviceId: string, rows: readonly NewVariable[], at: Date): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insert(variables)
    .values(rows.map((row) => ({ ...row, serviceId, updatedAt: at })))
    .onConflictDoUpdate({
      target: [variables.serviceId, variables.key],
      set: { valueSealed: sql`excluded.value_sealed`, secret: sql`excluded.secret`, updatedAt: sql`excluded.updated_at` },
    })
}

export async function remove(tx: Db, serviceId: string, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await tx.delete(variables).where(and(eq(variables.serviceId, serviceId), inArray(variables.key, [...keys])))
}

/** Writes another value without another date. */
export async function reseal(tx: Db, id: string, valueSealed: string): Promise<void> {
  await tx.update(variables).set({ valueSealed }).where(eq(variables.id, id))
}
