import { eq, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { logCursors } from '../../schema/observed'

/** The bytes of a file that are stored, with the row locked until the transaction ends; made at 0 on first use. */
export async function lock(tx: Db, file: string, serviceId: string): Promise<number> {
  const [row] = await tx
    .insert(logCursors)
    .values({ file, serviceId, position: 0 })
    .onConflictDoUpdate({ target: logCursors.file, set: { serviceId } })
    .returning({ position: logCursors.position })
  return row!.position
}

export async function move(tx: Db, file: string, position: number): Promise<void> {
  await tx.update(logCursors).set({ position }).where(eq(logCursors.file, file))
}

export async function remove(tx: Db, file: string): Promise<void> {
  await tx.delete(logCursors).where(eq(logCursors.file, file))
}

export async function removeOfService(db: Db, serviceId: string): Promise<void> {
  await db.delete(logCursors).where(eq(logCursors.serviceId, serviceId))
}

/** Forgets the files of a workload: they are gone, or are about to begin anew. */
export async function removeOfWorkload(db: Db, name: string): Promise<void> {
  // Not by `like`, to which the underscore of an id is any character: a build's files are not those of its workload.
  await db.delete(logCursors).where(sql`position(${`/${name}/`} in '/' || ${logCursors.file}) > 0`)
}
