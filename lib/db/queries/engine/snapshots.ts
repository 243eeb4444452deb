import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm'

import { RESTORE_OPEN, type RestoreStatus } from '../../../domain/snapshot'
import type { Db } from '../../connection'
import { deployments } from '../../schema/deployment'
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

const isAskedAt = (id: string, askedAt: Date) => and(eq(snapshots.id, id), eq(snapshots.status, 'done'), sql`date_trunc('milliseconds', ${snapshots.proofAskedAt}) = ${askedAt.toISOString()}::timestamptz`)

/** Writes what came of a trial that was asked for at that time. False when it is not wanted any more. */
export async function endProof(tx: Db, { id, askedAt }: { id: string; askedAt: Date }, found: Pick<SnapshotRow, 'isProven' | 'proof' | 'provenAt'>): Promise<boolean> {
  const rows = await tx.update(snapshots).set({ ...found, proofAskedAt: null }).where(isAskedAt(id, askedAt)).returning({ id: snapshots.id })
  return rows.length === 1
}

/** Whether a trial that was asked for at that time is still wanted. */
export async function isProofWanted(db: Db, id: string, askedAt: Date): Promise<boolean> {
  return (await db.select({ id: snapshots.id }).from(snapshots).where(isAskedAt(id, askedAt))).length === 1
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

/** Those that a deployment asked for. */
export function beforeDeployment(db: Db, deploymentId: string): Promise<SnapshotRow[]> {
  return db.select().from(snapshots).where(eq(snapshots.deploymentId, deploymentId)).orderBy(snapshots.id)
}

/** Those that were made of a volume before deployments of a service, and are whole. */
export async function beforeDeploymentsOf(db: Db, { volumeId, serviceId }: { volumeId: string; serviceId: string }): Promise<SnapshotRow[]> {
  const isMeant = and(eq(snapshots.volumeId, volumeId), eq(snapshots.trigger, 'deploy'), eq(snapshots.status, 'done'), eq(deployments.serviceId, serviceId))
  return (await db.select({ row: snapshots }).from(snapshots).innerJoin(deployments, eq(deployments.id, snapshots.deploymentId)).where(isMeant)).map(({ row }) => row)
}

/** Whether a version of a service is on its way to serving: its former one may be ending. */
export async function isReleasing(db: Db, serviceId: string): Promise<boolean> {
  return (await db.select({ id: deployments.id }).from(deployments).where(and(eq(deployments.serviceId, serviceId), eq(deployments.status, 'releasing'))).limit(1)).length === 1
}

/** Whether a database is being copied now. */
export async function isBeingCopied(db: Db, serviceId: string): Promise<boolean> {
  return (await db.select({ id: snapshots.id }).from(snapshots).where(and(eq(snapshots.serviceId, serviceId), eq(snapshots.status, 'running'))).limit(1)).length === 1
}

/** Those of these that a restore needs. */
export async function neededByRestores(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.select({ id: restores.snapshotId }).from(restores).where(and(inArray(restores.snapshotId, [...ids]), inArray(restores.status, [...RESTORE_OPEN])))
  return new Set(rows.map((row) => row.id!))
}

/** Which of these may have a file: they exist, and were not ended without one. */
export async function existing(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.select({ id: snapshots.id }).from(snapshots).where(and(inArray(snapshots.id, [...ids]), ne(snapshots.status, 'cancelled')))
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

/** Moves a restore that nobody has ended. False when somebody has. */
export async function moveRestore(tx: Db, id: string, { from, ...values }: Partial<Omit<RestoreRow, 'id' | 'environmentId'>> & { from: readonly RestoreStatus[] }): Promise<boolean> {
  const rows = await tx.update(restores).set(values).where(and(eq(restores.id, id), inArray(restores.status, [...from]))).returning({ id: restores.id })
  return rows.length === 1
}

/** Volumes of an environment whose content is being replaced, or waits for it. */
export async function volumesBeingRestored(db: Db, environmentId: string): Promise<Set<string>> {
  const rows = await db.select({ volumeId: restores.volumeId }).from(restores).where(and(eq(restores.environmentId, environmentId), inArray(restores.status, ['queued', 'running', 'replacing'])))
  return new Set(rows.map((row) => row.volumeId))
}

const hasJob = (field: string, id: unknown) => sql`exists (select 1 from graphile_worker._private_jobs j where j.payload ->> ${field} = ${id} and (j.locked_at is not null or j.attempts < j.max_attempts))`

/** Those on their way that nobody will do any more. */
export async function abandoned(db: Db): Promise<{ snapshots: string[]; restores: string[] }> {
  const lostSnapshots = await db.select({ id: snapshots.id }).from(snapshots).where(and(inArray(snapshots.status, ['queued', 'running']), sql`not ${hasJob('snapshotId', snapshots.id)}`, sql`not exists (select 1 from ${restores} where ${restores.safetySnapshotId} = ${snapshots.id} and ${restores.status} in ('queued', 'running', 'replacing'))`)).limit(MOST)
  const lostRestores = await db.select({ id: restores.id }).from(restores).where(and(inArray(restores.status, [...RESTORE_OPEN]), sql`not ${hasJob('restoreId', restores.id)}`)).limit(MOST)
  return { snapshots: lostSnapshots.map((row) => row.id), restores: lostRestores.map((row) => row.id) }
}
