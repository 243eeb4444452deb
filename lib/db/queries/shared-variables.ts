import { and, asc, eq, inArray, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { sharedVariables } from '../schema/desired'

export type SharedVariableRow = typeof sharedVariables.$inferSelect
export type NewSharedVariable = Omit<SharedVariableRow, 'environmentId' | 'updatedAt'>

/** Shared variables of these environments, by key. */
export function ofEnvironments(db: Db, environmentIds: readonly string[]): Promise<SharedVariableRow[]> {
  if (environmentIds.length === 0) return Promise.resolve([])
  return db.select().from(sharedVariables).where(inArray(sharedVariables.environmentId, [...environmentIds])).orderBy(asc(sharedVariables.key))
}

/** Another text after every change of what an environment shares; the same while there is none. */
export async function versionOf(db: Db, environmentId: string): Promise<string> {
  const each = sql`${sharedVariables.key} || ' ' || ${sharedVariables.secret} || ' ' || ${sharedVariables.valueSealed} || ' ' || coalesce(${sharedVariables.generatedSealed}, '')`
  const [row] = await db.select({ version: sql<string>`md5(coalesce(string_agg(md5(${each}), ' ' order by ${sharedVariables.key}), ''))` }).from(sharedVariables).where(eq(sharedVariables.environmentId, environmentId))
  return row!.version
}

/** Writes new and changed ones; whatever has the same key is replaced. */
export async function put(tx: Db, environmentId: string, rows: readonly NewSharedVariable[], at: Date): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insert(sharedVariables)
    .values(rows.map((row) => ({ ...row, environmentId, updatedAt: at })))
    .onConflictDoUpdate({
      target: [sharedVariables.environmentId, sharedVariables.key],
      set: { valueSealed: sql`excluded.value_sealed`, generatedSealed: sql`excluded.generated_sealed`, secret: sql`excluded.secret`, updatedAt: sql`excluded.updated_at` },
    })
}

export async function remove(tx: Db, environmentId: string, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await tx.delete(sharedVariables).where(and(eq(sharedVariables.environmentId, environmentId), inArray(sharedVariables.key, [...keys])))
}

/** Writes another value without another date. */
export async function reseal(tx: Db, id: string, valueSealed: string): Promise<void> {
  await tx.update(sharedVariables).set({ valueSealed }).where(eq(sharedVariables.id, id))
}
