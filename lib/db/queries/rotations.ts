import { and, desc, eq, getTableColumns, inArray, lt, ne, sql } from 'drizzle-orm'

import { PROGRESSING, type DeploymentStatus } from '../../domain/deployment-status'
import type { Db } from '../connection'
import { users } from '../schema/account'
import { deployments } from '../schema/deployment'
import { services, type Desired } from '../schema/desired'
import { workloads } from '../schema/observed'
import { rotations } from '../schema/rotation'

export type RotationRow = typeof rotations.$inferSelect
/** A rotation with who asked for it. */
export type ShownRotation = RotationRow & { person: { id: string; name: string; email: string } | null }

const isOpen = inArray(rotations.status, ['running', 'failed'])

export async function find(db: Db, id: string): Promise<ShownRotation | null> {
  const [row] = await select(db).where(eq(rotations.id, id))
  return row ?? null
}

/** Newest first; ids sort by creation, so the id of the last row is the cursor. */
export function page(db: Db, serviceId: string, { before, limit }: { before: string | null; limit: number }): Promise<ShownRotation[]> {
  return select(db).where(and(eq(rotations.serviceId, serviceId), before === null ? undefined : lt(rotations.id, before))).orderBy(desc(rotations.id)).limit(limit)
}

/** The one of a database that has not ended. */
export async function openOf(db: Db, serviceId: string): Promise<RotationRow | null> {
  const [row] = await db.select().from(rotations).where(and(eq(rotations.serviceId, serviceId), isOpen))
  return row ?? null
}

/** Begins one. False when another one of this database has not ended. */
export async function insert(tx: Db, row: typeof rotations.$inferInsert): Promise<boolean> {
  const rows = await tx.insert(rotations).values(row).onConflictDoNothing().returning({ id: rotations.id })
  return rows.length === 1
}

/** Holds a rotation until the transaction ends. Take its service before it. */
export async function lock(tx: Db, id: string): Promise<RotationRow | null> {
  const [row] = await tx.select().from(rotations).where(eq(rotations.id, id)).for('update')
  return row ?? null
}

export type RotationChange = Partial<Omit<RotationRow, 'id' | 'serviceId' | 'createdAt' | 'createdBy'>>

export async function change(tx: Db, id: string, to: RotationChange): Promise<void> {
  await tx.update(rotations).set(to).where(eq(rotations.id, id))
}

/** Running, and nobody at work on it or about to be. */
export async function abandoned(db: Db): Promise<{ id: string; serviceId: string }[]> {
  const rows = await db.execute<{ id: string; serviceId: string }>(sql`
    select r.id, r.service_id as "serviceId" from rotations r where r.status = 'running'
      and not exists (select 1 from graphile_worker.jobs j where j.key = 'rotation:' || r.id and j.attempts < j.max_attempts)`)
  return [...rows]
}

/** A version of a service of an environment that serves, or is on its way there. */
export type ReleasedRow = { serviceId: string; name: string; desired: Desired; deploymentId: string; status: DeploymentStatus; environmentSealed: string | null; reaches: string[] | null }

/** What serves in an environment, and what is on its way; nothing of services that are being deleted. */
export function releasedIn(db: Db, environmentId: string): Promise<ReleasedRow[]> {
  return db
    .select({ serviceId: services.id, name: services.name, desired: services.desired, deploymentId: deployments.id, status: deployments.status, environmentSealed: deployments.environmentSealed, reaches: deployments.reaches })
    .from(deployments)
    .innerJoin(services, eq(services.id, deployments.serviceId))
    .where(and(eq(services.environmentId, environmentId), ne(services.desired, 'deleted'), inArray(deployments.status, ['active', ...PROGRESSING])))
    .orderBy(services.id, deployments.id)
}

/** Versions of an environment of which a process lives, whatever has become of them. */
export function livingIn(db: Db, environmentId: string): Promise<ReleasedRow[]> {
  return db
    .selectDistinct({ serviceId: services.id, name: services.name, desired: services.desired, deploymentId: deployments.id, status: deployments.status, environmentSealed: deployments.environmentSealed, reaches: sql<null>`null` })
    .from(workloads)
    .innerJoin(deployments, eq(deployments.id, workloads.deploymentId))
    .innerJoin(services, eq(services.id, deployments.serviceId))
    .where(and(eq(workloads.environmentId, environmentId), ne(workloads.phase, 'exited')))
}

/** Where the process of a version that serves is reached; null when none is. */
export async function addressOf(db: Db, deploymentId: string): Promise<{ host: string; port: number } | null> {
  const [row] = await db.select({ address: workloads.address }).from(workloads).where(and(eq(workloads.deploymentId, deploymentId), eq(workloads.role, 'service'), eq(workloads.phase, 'running')))
  return row?.address ?? null
}

/** What a version was made of, to be given other credentials in place. Hold its service before. */
export async function reseal(tx: Db, deploymentId: string, sealed: { variablesSealed: string; environmentSealed: string; configRevision: number }): Promise<void> {
  await tx.update(deployments).set(sealed).where(eq(deployments.id, deploymentId))
}

/** Statuses of deployments, by their id. */
export async function statusesOf(db: Db, ids: readonly string[]): Promise<Map<string, DeploymentStatus>> {
  if (ids.length === 0) return new Map()
  const rows = await db.select({ id: deployments.id, status: deployments.status }).from(deployments).where(inArray(deployments.id, [...ids]))
  return new Map(rows.map(({ id, status }) => [id, status]))
}

function select(db: Db) {
  return db.select({ ...getTableColumns(rotations), person: { id: users.id, name: users.name, email: users.email } }).from(rotations).leftJoin(users, eq(users.id, rotations.createdBy))
}
