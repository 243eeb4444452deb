import { and, desc, eq, inArray, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { restores, snapshotPlans, snapshots } from '../../schema/snapshot'
import type { RestoreRow, SnapshotRow } from '../snapshots'

const MOST = 200

export async function snapshotById(db: Db, id: string): Promise<SnapshotRow | null> {
  const [row] = await db.select().from(snapshots).where(eq(snapshots.id, id))
  return row ?? null
}

/** Moves one that waits, or that somebody died over, to being made. False when it is not to be made. */
export async function begin(db: Db, id: string, at: Date): Promise<boolean> {
  const rows = await db.update(snapshots).set({ status: 'running', startedAt: at }).where(and(eq(snapshots.id, id), inArray(snapshots.status, ['queued', 'running']))).returning({ id: snapshots.id })
  return rows.length === 1
}

export type Ended = Partial<Pick<SnapshotRow, 'message' | 'format' | 'engine' | 'version' | 'compression' | 'sizeBytes' | 'contentBytes' | 'sha256'>> & { status: 'done' | 'failed'; finishedAt: Date }

/** Writes what came of it. False when it was not being made any more. */
export async function end(tx: Db, id: string, ended: Ended): Promise<boolean> {
  const rows = await tx.update(snapshots).set(ended).where(and(eq(snapshots.id, id), inArray(snapshots.status, ['queued', 'running']))).returning({ id: snapshots.id })
  return rows.length === 1
}

export async function noteProof(tx: Db, id: string, found: Partial<Pick<SnapshotRow, 'isProven' | 'proof' | 'provenAt' | 'proofAskedAt'>>): Promise<void> {
  await tx.update(snapshots).set(found).where(eq(snapshots.id, id))
}

/** The newest whole one of a volume. */
export async function newestDone(db: Db, volumeId: string): Promise<SnapshotRow | null> {
  const [row] = await db.select().from(snapshots).where(and(eq(snapshots.volumeId, volumeId), eq(snapshots.status, 'done'))).orderBy(desc(snapshots.id)).limit(1)
  return row ?? null
}

export async function markRemoving(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.update(snapshots).set({ status: 'removing' }).where(inArray(snapshots.id, [...ids]))
}

/** Removes the row of one whose bytes are gone. */
export async function removeRow(tx: Db, id: string): Promise<void> {
  await tx.delete(snapshots).where(and(eq(snapshots.id, id), eq(snapshots.status, 'removing')))
}

/** Those that a plan has had made of a volume and that are whole. */
export function scheduledOf(db: Db, volumeId: string): Promise<SnapshotRow[]> {
  return db.select().from(snapshots).where(and(eq(snapshots.volumeId, volumeId), eq(snapshots.trigger, 'schedule'), eq(snapshots.status, 'done')))
}

/** Which of these exist. */
export async function existing(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.select({ id: snapshots.id }).from(snapshots).where(inArray(snapshots.id, [...ids]))
  return new Set(rows.map((row) => row.id))
}

/** Which of these wait, or are made now. */
export async function beingMade(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.select({ id: snapshots.id }).from(snapshots).where(and(inArray(snapshots.id, [...ids]), inArray(snapshots.status, ['queued', 'running'])))
  return new Set(rows.map((row) => row.id))
}

export function plans(db: Db): Promise<(typeof snapshotPlans.$inferSelect)[]> {
  return db.select().from(snapshotPlans).orderBy(snapshotPlans.volumeId)
}

/** Notes that a plan was due. False when somebody else did. */
export async function noteDue(tx: Db, volumeId: string, { what, from, to }: { what: 'dueAt' | 'drillDueAt'; from: Date; to: Date }): Promise<boolean> {
  const rows = await tx.update(snapshotPlans).set({ [what]: to }).where(and(eq(snapshotPlans.volumeId, volumeId), eq(snapshotPlans[what], from))).returning({ id: snapshotPlans.volumeId })
  return rows.length === 1
}

export async function restoreById(db: Db, id: string): Promise<RestoreRow | null> {
  const [row] = await db.select().from(restores).where(eq(restores.id, id))
  return row ?? null
}

export async function noteRestore(tx: Db, id: string, values: Partial<Omit<RestoreRow, 'id' | 'environmentId'>>): Promise<void> {
  await tx.update(restores).set(values).where(eq(restores.id, id))
}

/** Volumes of an environment whose content is being replaced, or waits for it. */
export async function volumesBeingRestored(db: Db, environmentId: string): Promise<Set<string>> {
  const rows = await db.select({ volumeId: restores.volumeId }).from(restores).where(and(eq(restores.environmentId, environmentId), inArray(restores.status, ['queued', 'running'])))
  return new Set(rows.map((row) => row.volumeId))
}

const hasJob = (field: string, id: unknown) => sql`exists (select 1 from graphile_worker._private_jobs j where j.payload ->> ${field} = ${id} and (j.locked_at is not null or j.attempts < j.max_attempts))`

/** Those on their way that nobody will do any more. */
export async function abandoned(db: Db): Promise<{ snapshots: string[]; restores: string[] }> {
  const lostSnapshots = await db.select({ id: snapshots.id }).from(snapshots).where(and(inArray(snapshots.status, ['queued', 'running']), sql`not ${hasJob('snapshotId', snapshots.id)}`, sql`not exists (select 1 from ${restores} where ${restores.safetySnapshotId} = ${snapshots.id} and ${restores.status} in ('queued', 'running'))`)).limit(MOST)
  const lostRestores = await db.select({ id: restores.id }).from(restores).where(and(inArray(restores.status, ['queued', 'running', 'starting']), sql`not ${hasJob('restoreId', restores.id)}`)).limit(MOST)
  return { snapshots: lostSnapshots.map((row) => row.id), restores: lostRestores.map((row) => row.id) }
}
