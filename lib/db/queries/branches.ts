import { and, desc, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm'

import type { MaskRule } from '../../domain/mask'
import type { Db } from '../connection'
import { users } from '../schema/account'
import { branches, maskRules } from '../schema/branch'
import { environments } from '../schema/desired'
import { restores, snapshots } from '../schema/snapshot'

export type BranchRow = typeof branches.$inferSelect
/** A branch with who asked for it, and whether its source is there still. */
export type ShownBranch = BranchRow & { person: { id: string; name: string; email: string } | null; isSourceThere: boolean }

const MOST = 200
const person = { id: users.id, name: users.name, email: users.email }

export async function insert(tx: Db, row: typeof branches.$inferInsert): Promise<void> {
  await tx.insert(branches).values(row)
}

/** Null for an environment that is no branch. */
export async function find(db: Db, environmentId: string): Promise<ShownBranch | null> {
  const [row] = await db
    .select({ ...getTableColumns(branches), person, isSourceThere: sql<boolean>`${environments.id} is not null` })
    .from(branches)
    .leftJoin(users, eq(users.id, branches.createdBy))
    .leftJoin(environments, and(eq(environments.id, branches.sourceId), isNull(environments.deletedAt)))
    .where(eq(branches.environmentId, environmentId))
  return row ?? null
}

/** Holds a branch until the transaction ends. */
export async function lock(tx: Db, environmentId: string): Promise<BranchRow | null> {
  const [row] = await tx.select().from(branches).where(eq(branches.environmentId, environmentId)).for('update')
  return row ?? null
}

export async function change(tx: Db, environmentId: string, to: Partial<Pick<BranchRow, 'status' | 'message' | 'copies' | 'finishedAt'>>): Promise<void> {
  await tx.update(branches).set(to).where(eq(branches.environmentId, environmentId))
}

/** The rules of the last branch, by database. */
export async function rulesOf(db: Db, serviceIds: readonly string[]): Promise<Map<string, MaskRule[]>> {
  if (serviceIds.length === 0) return new Map()
  const rows = await db.select().from(maskRules).where(inArray(maskRules.serviceId, [...serviceIds]))
  return new Map(rows.map(({ serviceId, rules }) => [serviceId, rules]))
}

export async function keepRules(tx: Db, serviceId: string, rules: MaskRule[]): Promise<void> {
  await tx.insert(maskRules).values({ serviceId, rules }).onConflictDoUpdate({ target: maskRules.serviceId, set: { rules } })
}

/** Whole snapshots of a volume, newest first. */
export function wholeSnapshots(db: Db, volumeIds: readonly string[]): Promise<{ id: string; volumeId: string | null; createdAt: Date; sizeBytes: number | null }[]> {
  if (volumeIds.length === 0) return Promise.resolve([])
  const { id, volumeId, createdAt, sizeBytes } = snapshots
  return db.select({ id, volumeId, createdAt, sizeBytes }).from(snapshots).where(and(inArray(volumeId, [...volumeIds]), eq(snapshots.status, 'done'), sql`${snapshots.trigger} <> 'branch'`)).orderBy(desc(id)).limit(MOST)
}

const isUnderWay = inArray(branches.status, ['running', 'failed'])

/** Volumes of an environment that wait for their copy: nothing starts on them before it is there. */
export async function volumesToBeFilled(db: Db, environmentId: string): Promise<Set<string>> {
  const rows = await db.select({ copies: branches.copies }).from(branches).where(and(eq(branches.environmentId, environmentId), isUnderWay))
  return new Set(rows.flatMap(({ copies }) => copies.filter(({ step }) => step !== 'done').map(({ volumeId }) => volumeId)))
}

/** The copy that a restore is a part of; null when it is none. */
export async function copyOfRestore(db: Db, { id, environmentId }: { id: string; environmentId: string }): Promise<BranchRow['copies'][number] | null> {
  const [row] = await db.select({ copies: branches.copies }).from(branches).where(eq(branches.environmentId, environmentId))
  return row?.copies.find(({ restoreId }) => restoreId === id) ?? null
}

/** Snapshots that were taken for a branch and that no branch needs any more. */
export async function strays(db: Db): Promise<{ id: string; environmentId: string }[]> {
  const isNeeded = sql`exists (select 1 from ${branches} join ${environments} e on e.id = ${branches.environmentId} and e.deleted_at is null
    where ${isUnderWay} and ${branches.copies} @> jsonb_build_array(jsonb_build_object('snapshotId', ${snapshots.id})))`
  const isRead = sql`exists (select 1 from ${restores} where ${restores.snapshotId} = ${snapshots.id} and ${restores.status} in ('queued', 'running', 'starting'))`
  return db
    .select({ id: snapshots.id, environmentId: snapshots.environmentId })
    .from(snapshots)
    .where(and(eq(snapshots.trigger, 'branch'), sql`${snapshots.status} <> 'removing'`, sql`not ${isNeeded}`, sql`not ${isRead}`))
    .limit(MOST)
}

/** Running, and nobody at work on it or about to be. */
export async function abandoned(db: Db): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select b.environment_id as id from branches b where b.status = 'running'
      and not exists (select 1 from graphile_worker.jobs j where j.key = 'branch:' || b.environment_id and j.attempts < j.max_attempts)`)
  return rows.map(({ id }) => id)
}
