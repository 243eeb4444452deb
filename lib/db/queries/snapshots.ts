import { and, asc, count, desc, eq, getTableColumns, inArray, isNull, lt, ne, sql } from 'drizzle-orm'

import type { Source } from '../../contract/source'
import { ENGINES, type EngineName } from '../../domain/engine/engines'
import { RESTORE_CANCELLABLE, RESTORE_OPEN } from '../../domain/snapshot'
import type { Db } from '../connection'
import { users } from '../schema/account'
import { environments, projects, services } from '../schema/desired'
import { restores, snapshotPlans, snapshots } from '../schema/snapshot'
import { stores } from '../schema/store'
import { targets } from '../schema/target'
import { volumes } from '../schema/volume'

export type SnapshotRow = typeof snapshots.$inferSelect
export type PlanRow = typeof snapshotPlans.$inferSelect
export type RestoreRow = typeof restores.$inferSelect

type Person = { id: string; name: string; email: string } | null
type Store = { id: string; name: string } | null
export type ShownSnapshot = SnapshotRow & { person: Person; store: Store }
export type ShownRestore = RestoreRow & { person: Person; volume: string; service: string | null }

/** A volume, with the database whose data it is, if it is that of one, and where both are. */
export type SnapshotNode = {
  volume: typeof volumes.$inferSelect
  service: { id: string; name: string; desired: string; activeDeploymentId: string | null } | null
  database: { engine: EngineName; version: string } | null
  environmentId: string
  projectId: string
  organizationId: string
  targetId: string
}

const store = { id: stores.id, name: stores.name }
const person = { id: users.id, name: users.name, email: users.email }

/** What a snapshot of a volume is of. Null when it does not exist, or is being deleted. */
export async function nodeOfVolume(db: Db, volumeId: string): Promise<SnapshotNode | null> {
  const [row] = await db
    .select({ volume: volumes, service: services, projectId: environments.projectId, organizationId: projects.organizationId, targetId: targets.id })
    .from(volumes)
    .innerJoin(environments, eq(environments.id, volumes.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .innerJoin(targets, eq(targets.id, environments.targetId))
    .leftJoin(services, and(eq(services.id, volumes.serviceId), ne(services.desired, 'deleted')))
    .where(and(eq(volumes.id, volumeId), isNull(volumes.deletedAt), isNull(environments.deletedAt), isNull(projects.deletedAt)))
  if (!row) return null
  const { volume, service, ...place } = row
  const database = service && databaseIn(service.source, volume.mountPath)
  return { volume, service: database ? service : null, database, environmentId: volume.environmentId, ...place }
}

/** The same of a database by its service. Null also for a service that is none, or has no volume with its data. */
export async function nodeOfService(db: Db, serviceId: string): Promise<SnapshotNode | null> {
  const rows = await db.select({ id: volumes.id }).from(volumes).where(and(eq(volumes.serviceId, serviceId), isNull(volumes.deletedAt))).orderBy(asc(volumes.id))
  for (const { id } of rows) {
    const node = await nodeOfVolume(db, id)
    if (node?.service?.id === serviceId) return node
  }
  return null
}

function databaseIn(source: Source, mountPath: string | null): SnapshotNode['database'] {
  if (source.type !== 'database' || mountPath !== ENGINES[source.engine].dataPath) return null
  return { engine: source.engine, version: source.version }
}

export async function find(db: Db, id: string): Promise<ShownSnapshot | null> {
  const [row] = await select(db).where(and(eq(snapshots.id, id), ne(snapshots.status, 'removing')))
  return row ?? null
}

/** Newest first, of an environment or of one volume in it; `before`: the last id of the former page. */
export function page(db: Db, environmentId: string, { volumeId, before, limit }: { volumeId: string | null; before: string | null; limit: number }): Promise<ShownSnapshot[]> {
  const isMeant = and(eq(snapshots.environmentId, environmentId), ne(snapshots.status, 'removing'), volumeId === null ? undefined : eq(snapshots.volumeId, volumeId), before === null ? undefined : lt(snapshots.id, before))
  return select(db).where(isMeant).orderBy(desc(snapshots.id)).limit(limit)
}

export async function countOf(db: Db, environmentId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(snapshots).where(eq(snapshots.environmentId, environmentId))
  return row!.n
}

/** Whether one is waited for or made of a volume now. */
export async function openOf(db: Db, volumeId: string): Promise<SnapshotRow | null> {
  const [row] = await db.select().from(snapshots).where(and(eq(snapshots.volumeId, volumeId), inArray(snapshots.status, ['queued', 'running']))).limit(1)
  return row ?? null
}

export async function insert(tx: Db, row: typeof snapshots.$inferInsert): Promise<void> {
  await tx.insert(snapshots).values(row)
}

/** Holds a snapshot until the transaction ends; null when it is being removed, or does not exist. */
export async function lock(tx: Db, id: string): Promise<SnapshotRow | null> {
  const [row] = await tx.select().from(snapshots).where(and(eq(snapshots.id, id), ne(snapshots.status, 'removing'))).for('update')
  return row ?? null
}

export async function change(tx: Db, id: string, values: Partial<Pick<SnapshotRow, 'isPinned' | 'status' | 'proofAskedAt'>>): Promise<void> {
  await tx.update(snapshots).set(values).where(eq(snapshots.id, id))
}

/** Ends one that waits or is being made, as nobody wants it any more. False when it is neither: whoever came first wins. */
export async function cancelTaking(tx: Db, id: string, at: Date): Promise<boolean> {
  const rows = await tx.update(snapshots).set({ status: 'cancelled', finishedAt: at, message: null }).where(and(eq(snapshots.id, id), inArray(snapshots.status, ['queued', 'running']))).returning({ id: snapshots.id })
  return rows.length === 1
}

/** Likewise all that deployments have asked for. */
export async function cancelBeforeDeployments(tx: Db, deploymentIds: readonly string[], at: Date): Promise<string[]> {
  if (deploymentIds.length === 0) return []
  const rows = await tx.update(snapshots).set({ status: 'cancelled', finishedAt: at, message: null }).where(and(inArray(snapshots.deploymentId, [...deploymentIds]), inArray(snapshots.status, ['queued', 'running']))).returning({ id: snapshots.id })
  return rows.map((row) => row.id)
}

/** What was made before deployments, in the order it was asked for. */
export async function beforeDeployments(db: Db, deploymentIds: readonly string[]): Promise<SnapshotRow[]> {
  if (deploymentIds.length === 0) return []
  return db.select().from(snapshots).where(and(inArray(snapshots.deploymentId, [...deploymentIds]), ne(snapshots.status, 'removing'))).orderBy(asc(snapshots.id))
}

/** The one of a volume that was restored on trial last, with success. */
export async function provenLast(db: Db, volumeId: string): Promise<SnapshotRow | null> {
  const [row] = await db.select().from(snapshots).where(and(eq(snapshots.volumeId, volumeId), eq(snapshots.isProven, true), ne(snapshots.status, 'removing'))).orderBy(desc(snapshots.provenAt)).limit(1)
  return row ?? null
}

export async function planOf(db: Db, volumeId: string): Promise<(PlanRow & { store: Store }) | null> {
  const [row] = await db.select({ ...getTableColumns(snapshotPlans), store }).from(snapshotPlans).leftJoin(stores, eq(stores.id, snapshotPlans.storeId)).where(eq(snapshotPlans.volumeId, volumeId))
  return row ?? null
}

export async function putPlan(tx: Db, row: PlanRow): Promise<void> {
  const { volumeId: _, ...set } = row
  await tx.insert(snapshotPlans).values(row).onConflictDoUpdate({ target: snapshotPlans.volumeId, set })
}

export async function removePlan(tx: Db, volumeId: string): Promise<void> {
  await tx.delete(snapshotPlans).where(eq(snapshotPlans.volumeId, volumeId))
}

export async function insertRestore(tx: Db, row: typeof restores.$inferInsert): Promise<void> {
  await tx.insert(restores).values(row)
}

export async function findRestore(db: Db, id: string): Promise<ShownRestore | null> {
  const [row] = await selectRestores(db).where(eq(restores.id, id))
  return row ?? null
}

/** Holds a restore until the transaction ends. */
export async function lockRestore(tx: Db, id: string): Promise<RestoreRow | null> {
  const [row] = await tx.select().from(restores).where(eq(restores.id, id)).for('update')
  return row ?? null
}

/** Ends a restore that has touched nothing yet. False when it has, or has ended. */
export async function cancelRestoring(tx: Db, id: string, at: Date): Promise<boolean> {
  const rows = await tx.update(restores).set({ status: 'cancelled', finishedAt: at, message: null }).where(and(eq(restores.id, id), inArray(restores.status, [...RESTORE_CANCELLABLE]))).returning({ id: restores.id })
  return rows.length === 1
}

/** The last ones into a volume, or into any of an environment, newest first. */
export function restoresOf(db: Db, environmentId: string, { volumeId, limit }: { volumeId: string | null; limit: number }): Promise<ShownRestore[]> {
  return selectRestores(db).where(and(eq(restores.environmentId, environmentId), volumeId === null ? undefined : eq(restores.volumeId, volumeId))).orderBy(desc(restores.id)).limit(limit)
}

const isOpenRestore = inArray(restores.status, [...RESTORE_OPEN])

/** A restore into a volume, or of a snapshot, that has not ended. */
export async function openRestore(db: Db, of: { volumeId: string } | { snapshotId: string }): Promise<RestoreRow | null> {
  const isOf = 'volumeId' in of ? eq(restores.volumeId, of.volumeId) : sql`${of.snapshotId} in (${restores.snapshotId}, ${restores.safetySnapshotId})`
  const [row] = await db.select().from(restores).where(and(isOf, isOpenRestore)).limit(1)
  return row ?? null
}

function select(db: Db) {
  return db.select({ ...getTableColumns(snapshots), person, store }).from(snapshots).leftJoin(users, eq(users.id, snapshots.createdBy)).leftJoin(stores, eq(stores.id, snapshots.storeId)).$dynamic()
}

function selectRestores(db: Db) {
  return db
    .select({ ...getTableColumns(restores), person, volume: volumes.name, service: services.name })
    .from(restores)
    .innerJoin(volumes, eq(volumes.id, restores.volumeId))
    .leftJoin(services, eq(services.id, restores.serviceId))
    .leftJoin(users, eq(users.id, restores.createdBy))
    .$dynamic()
}
