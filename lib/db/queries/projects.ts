import { and, count, desc, eq, inArray, isNull, like, lt, or, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { organizations } from '../schema/account'
import { deployments } from '../schema/deployment'
import { environments, projects, services } from '../schema/desired'

export type ProjectRow = typeof projects.$inferSelect

/** Holds the organization until the transaction ends, so that names and numbers of its projects are decided one by one. */
export async function lockOrganization(tx: Db, organizationId: string): Promise<void> {
  await tx.select({ id: organizations.id }).from(organizations).where(eq(organizations.id, organizationId)).for('no key update')
}

/** Holds a project until the transaction ends; null when it is being deleted or does not exist. */
export async function lock(tx: Db, id: string): Promise<ProjectRow | null> {
  const [row] = await tx.select().from(projects).where(and(eq(projects.id, id), isNull(projects.deletedAt))).for('no key update')
  return row ?? null
}

export async function find(db: Db, id: string): Promise<ProjectRow | null> {
  const [row] = await db.select().from(projects).where(and(eq(projects.id, id), isNull(projects.deletedAt)))
  return row ?? null
}

export async function countOf(db: Db, organizationId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(projects).where(and(eq(projects.organizationId, organizationId), isNull(projects.deletedAt)))
  return row!.n
}

/** Slugs that are `base` or begin with it, those of projects being deleted too. */
export async function slugsLike(db: Db, organizationId: string, base: string): Promise<Set<string>> {
  const rows = await db
    .select({ slug: projects.slug })
    .from(projects)
    .where(and(eq(projects.organizationId, organizationId), or(eq(projects.slug, base), like(projects.slug, `${base}-%`))))
  return new Set(rows.map((row) => row.slug))
}

/** Newest first; ids sort by creation, so the id of the last row is the cursor. */
export function page(db: Db, organizationId: string, { before, limit }: { before: string | null; limit: number }): Promise<ProjectRow[]> {
  const older = before === null ? undefined : lt(projects.id, before)
  return db
    .select()
    .from(projects)
    .where(and(eq(projects.organizationId, organizationId), isNull(projects.deletedAt), older))
    .orderBy(desc(projects.id))
    .limit(limit)
}

export async function insert(tx: Db, row: typeof projects.$inferInsert): Promise<ProjectRow> {
  const [inserted] = await tx.insert(projects).values(row).returning()
  return inserted!
}

export async function rename(tx: Db, id: string, name: string): Promise<ProjectRow | null> {
  const [row] = await tx.update(projects).set({ name }).where(and(eq(projects.id, id), isNull(projects.deletedAt))).returning()
  return row ?? null
}

/** Hides a project for good. False when someone was first. */
export async function markDeleted(tx: Db, id: string, at: Date): Promise<boolean> {
  const rows = await tx.update(projects).set({ deletedAt: at }).where(and(eq(projects.id, id), isNull(projects.deletedAt))).returning({ id: projects.id })
  return rows.length > 0
}

/** When the newest deployment of each project was created; projects without one are missing. */
export async function lastDeployments(db: Db, projectIds: readonly string[]): Promise<Map<string, Date>> {
  if (projectIds.length === 0) return new Map()
  // The newest deployment of each service by its index, rather than all deployments that ever were.
  const newest = sql`(select d.created_at from ${deployments} d where d.service_id = ${services.id} order by d.number desc limit 1)`
  const rows = await db
    .select({ projectId: environments.projectId, at: sql`max(${newest})`.mapWith(deployments.createdAt) })
    .from(services)
    .innerJoin(environments, eq(environments.id, services.environmentId))
    .where(and(inArray(environments.projectId, [...projectIds]), isNull(environments.deletedAt)))
    .groupBy(environments.projectId)
  return new Map(rows.flatMap((row) => (row.at === null ? [] : [[row.projectId, row.at] as const])))
}
