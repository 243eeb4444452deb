import { and, eq, isNull, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { volumes } from '../../schema/volume'

export type VolumeRow = typeof volumes.$inferSelect

const MOST = 1_000

/** Every volume of an environment, those being deleted too. */
export function ofEnvironment(db: Db, environmentId: string): Promise<VolumeRow[]> {
  return db.select().from(volumes).where(eq(volumes.environmentId, environmentId)).orderBy(volumes.id).limit(MOST)
}

/** Notes that the target has it. Answers whether that was not known. */
export async function noteMade(db: Db, id: string, at: Date): Promise<boolean> {
  const rows = await db.update(volumes).set({ madeAt: at }).where(and(eq(volumes.id, id), isNull(volumes.madeAt))).returning({ id: volumes.id })
  return rows.length === 1
}

/** Removes the row of one whose bytes are gone. False when it is not there any more. */
export async function remove(tx: Db, id: string): Promise<boolean> {
  const rows = await tx.delete(volumes).where(eq(volumes.id, id)).returning({ id: volumes.id })
  return rows.length === 1
}

/** What is attached to a service that goes stays, on its own. */
export async function detachFrom(tx: Db, serviceId: string): Promise<void> {
  await tx.update(volumes).set({ serviceId: null, mountPath: null }).where(eq(volumes.serviceId, serviceId))
}

/** Those that a target has, for measuring: the ones measured longest ago first. */
export async function toMeasure(db: Db, before: Date): Promise<{ id: string; environmentId: string }[]> {
  const isDue = sql`${volumes.madeAt} is not null and ${volumes.deletedAt} is null and (${volumes.sizedAt} is null or ${volumes.sizedAt} < ${before.toISOString()}::timestamptz)`
  return db.select({ id: volumes.id, environmentId: volumes.environmentId }).from(volumes).where(isDue).orderBy(sql`${volumes.sizedAt} nulls first`).limit(MOST)
}

/** Writes what was measured. Answers whether it is another size than before. */
export async function noteSize(tx: Db, id: string, sizeBytes: number, at: Date): Promise<boolean> {
  const [before] = await tx.select({ sizeBytes: volumes.sizeBytes }).from(volumes).where(eq(volumes.id, id)).for('no key update')
  await tx.update(volumes).set({ sizeBytes, sizedAt: at }).where(eq(volumes.id, id))
  return before !== undefined && before.sizeBytes !== sizeBytes
}

/** One that is not being deleted; null when it is, or is gone. */
export async function byId(db: Db, id: string): Promise<VolumeRow | null> {
  const [row] = await db.select().from(volumes).where(and(eq(volumes.id, id), isNull(volumes.deletedAt)))
  return row ?? null
}
