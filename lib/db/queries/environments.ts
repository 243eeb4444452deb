import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'

import type { TargetKind } from '../../domain/target'
import type { Db } from '../connection'
import { deployments } from '../schema/deployment'
import { environments, projects, services } from '../schema/desired'
import { targets } from '../schema/target'

export type EnvironmentRow = typeof environments.$inferSelect
/** An environment with what it runs on. */
export type TargetedEnvironment = EnvironmentRow & { target: { id: string; name: string; kind: TargetKind } }
/** The same with the project it is of. */
export type PlacedEnvironment = TargetedEnvironment & { project: { id: string; name: string; slug: string; organizationId: string } }

const project = { id: projects.id, name: projects.name, slug: projects.slug, organizationId: projects.organizationId }
const target = { id: targets.id, name: targets.name, kind: targets.kind }
const isLive = and(isNull(environments.deletedAt), isNull(projects.deletedAt))

export async function find(db: Db, id: string): Promise<PlacedEnvironment | null> {
  const [row] = await select(db).where(and(eq(environments.id, id), isLive))
  return place(row)
}

/** Holds an environment until the transaction ends, so that what is drawn in it is decided one by one. */
export async function lock(tx: Db, id: string): Promise<PlacedEnvironment | null> {
  const [row] = await select(tx).where(and(eq(environments.id, id), isLive)).for('no key update', { of: environments })
  return place(row)
}

/** Of all these projects, oldest first. */
export async function ofProjects(db: Db, projectIds: readonly string[]): Promise<TargetedEnvironment[]> {
  if (projectIds.length === 0) return []
  const rows = await db
    .select({ environment: environments, target })
    .from(environments)
    .innerJoin(targets, eq(targets.id, environments.targetId))
    .where(and(inArray(environments.projectId, [...projectIds]), isNull(environments.deletedAt)))
    .orderBy(asc(environments.id))
  return rows.map((row) => ({ ...row.environment, target: row.target }))
}

/** Names of its services that have been deployed, whatever came of it. */
export async function deployedServices(db: Db, environmentId: string): Promise<string[]> {
  const isDeployed = sql`exists (select 1 from ${deployments} where ${deployments.serviceId} = ${services.id})`
  const rows = await db.select({ name: services.name }).from(services).where(and(eq(services.environmentId, environmentId), isDeployed)).orderBy(services.id).limit(1_000)
  return rows.map((row) => row.name)
}

/** Its services with their settings, held until the transaction ends: none is deployed meanwhile. */
export function servicesOf(tx: Db, environmentId: string): Promise<Pick<typeof services.$inferSelect, 'name' | 'settings'>[]> {
  return tx.select({ name: services.name, settings: services.settings }).from(services).where(eq(services.environmentId, environmentId)).orderBy(services.id).for('no key update').limit(1_000)
}

export async function configure(tx: Db, id: string, change: Pick<EnvironmentRow, 'name' | 'targetId' | 'linksOnly'>): Promise<void> {
  await tx.update(environments).set(change).where(eq(environments.id, id))
}

/** Slugs in use in a project, those of environments being deleted too. */
export async function slugs(db: Db, projectId: string): Promise<Set<string>> {
  const rows = await db.select({ slug: environments.slug }).from(environments).where(eq(environments.projectId, projectId))
  return new Set(rows.map((row) => row.slug))
}

export async function insert(tx: Db, row: typeof environments.$inferInsert): Promise<EnvironmentRow> {
  const [inserted] = await tx.insert(environments).values(row).returning()
  return inserted!
}

/** Hides these environments for good. */
export async function markDeleted(tx: Db, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length > 0) await tx.update(environments).set({ deletedAt: sql`coalesce(${environments.deletedAt}, ${at.toISOString()}::timestamptz)` }).where(inArray(environments.id, [...ids]))
}

function select(db: Db) {
  return db
    .select({ environment: environments, project, target })
    .from(environments)
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .innerJoin(targets, eq(targets.id, environments.targetId))
}

function place(row: { environment: EnvironmentRow } & Pick<PlacedEnvironment, 'project' | 'target'> | undefined): PlacedEnvironment | null {
  return row ? { ...row.environment, project: row.project, target: row.target } : null
}
