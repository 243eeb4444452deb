import { and, asc, count, eq, gt, isNull, ne, or, sql } from 'drizzle-orm'

import type { Disk } from '../../domain/storage'
import { BUILT_IN_TARGETS } from '../../domain/target'
import type { Db } from '../connection'
import { environments, projects } from '../schema/desired'
import { defaultTargets, targets } from '../schema/target'
import { disksOf } from './storage'

export type TargetRow = typeof targets.$inferSelect
/** A target with what an organization makes of it. */
export type UsedTarget = TargetRow & { isDefault: boolean; environments: number; /** As it was seen last: of its engine, or of the data folder. */ disk: Disk | null }

/** Its own and those of the instance. */
const isOf = (organizationId: string) => or(eq(targets.organizationId, organizationId), isNull(targets.organizationId))

/** The built-in ones first, then by age. */
export async function page(db: Db, organizationId: string, { after, limit }: { after: string | null; limit: number }): Promise<UsedTarget[]> {
  const newer = after === null ? undefined : gt(targets.id, after)
  const rows = await db.select().from(targets).where(and(isOf(organizationId), newer)).orderBy(asc(targets.id)).limit(limit)
  return withUse(db, organizationId, rows)
}

/** One that an organization may use; null for those of others too. */
export async function find(db: Db, organizationId: string, id: string): Promise<UsedTarget | null> {
  const rows = await db.select().from(targets).where(and(isOf(organizationId), eq(targets.id, id)))
  const [row] = await withUse(db, organizationId, rows)
  return row ?? null
}

/** Holds a target until the transaction ends, so that nothing moves onto one that is being deleted. */
export async function lock(tx: Db, organizationId: string, id: string): Promise<TargetRow | null> {
  const [row] = await tx.select().from(targets).where(and(isOf(organizationId), eq(targets.id, id))).for('update')
  return row ?? null
}

/** The target new projects begin on. */
export async function preferred(db: Db, organizationId: string): Promise<string> {
  const [row] = await db.select({ id: defaultTargets.targetId }).from(defaultTargets).where(eq(defaultTargets.organizationId, organizationId))
  return row?.id ?? BUILT_IN_TARGETS.process
}

export async function prefer(tx: Db, organizationId: string, targetId: string): Promise<void> {
  await tx.insert(defaultTargets).values({ organizationId, targetId }).onConflictDoUpdate({ target: defaultTargets.organizationId, set: { targetId } })
}

export async function countOf(db: Db, organizationId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(targets).where(eq(targets.organizationId, organizationId))
  return row!.n
}

/** Environments on a target, as `Shop / production`; those that are being taken down too, until nothing of them is left. */
export async function usersOf(db: Db, targetId: string): Promise<{ name: string; isGoing: boolean }[]> {
  const isGoing = sql<boolean>`${environments.deletedAt} is not null or ${projects.deletedAt} is not null`
  return db
    .select({ name: sql<string>`${projects.name} || ' / ' || ${environments.name}`, isGoing })
    .from(environments)
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(eq(environments.targetId, targetId))
    .orderBy(isGoing, environments.id)
    .limit(100)
}

/** Environments that are being deleted are no longer looked for on this target; the rest of their deletion needs no machine. */
export async function abandonGoing(tx: Db, targetId: string): Promise<string[]> {
  const isGoing = sql`(${environments.deletedAt} is not null or exists (select 1 from ${projects} where ${projects.id} = ${environments.projectId} and ${projects.deletedAt} is not null))`
  const rows = await tx.update(environments).set({ targetId: BUILT_IN_TARGETS.process, linksOnly: false }).where(and(eq(environments.targetId, targetId), isGoing)).returning({ id: environments.id })
  return rows.map((row) => row.id)
}

async function withUse(db: Db, organizationId: string, rows: readonly TargetRow[]): Promise<UsedTarget[]> {
  if (rows.length === 0) return []
  const defaultId = await preferred(db, organizationId)
  const counts = await db
    .select({ id: environments.targetId, n: count() })
    .from(environments)
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(and(eq(projects.organizationId, organizationId), isNull(environments.deletedAt), isNull(projects.deletedAt)))
    .groupBy(environments.targetId)
  const used = new Map(counts.map(({ id, n }) => [id, n]))
  const disks = await disksOf(db, rows)
  return rows.map((row) => ({ ...row, isDefault: row.id === defaultId, environments: used.get(row.id) ?? 0, disk: disks.get(row.id) ?? null }))
}

/** Whether another target of the organization, or of the instance, is called so. */
export async function isNamed(db: Db, organizationId: string, { name, except }: { name: string; except: string | null }): Promise<boolean> {
  const rows = await db
    .select({ id: targets.id })
    .from(targets)
    .where(and(isOf(organizationId), sql`lower(${targets.name}) = lower(${name})`, except === null ? undefined : ne(targets.id, except)))
    .limit(1)
  return rows.length > 0
}
