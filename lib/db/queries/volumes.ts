import { and, asc, count, eq, getTableColumns, inArray, isNull, ne, sql } from 'drizzle-orm'

import type { FrozenMount } from '../../domain/mount'
import type { TargetKind } from '../../domain/target'
import type { Db } from '../connection'
import { deployments, type FrozenSpec } from '../schema/deployment'
import { environments, projects, services } from '../schema/desired'
import { workloads } from '../schema/observed'
import { targets } from '../schema/target'
import { volumes } from '../schema/volume'

export type VolumeRow = typeof volumes.$inferSelect
/** A volume with where it belongs. */
export type PlacedVolume = VolumeRow & { projectId: string; targetKind: TargetKind }

const MOST = 1_000
const isLive = and(isNull(volumes.deletedAt), isNull(environments.deletedAt), isNull(projects.deletedAt))

/** Holds a volume until the transaction ends; null when it is being deleted or does not exist. Take its services before it. */
export async function lock(tx: Db, id: string): Promise<VolumeRow | null> {
  const [row] = await tx.select().from(volumes).where(and(eq(volumes.id, id), isNull(volumes.deletedAt))).for('no key update')
  return row ?? null
}

/** A volume that is not being deleted, nor anything it is in. */
export async function find(db: Db, id: string): Promise<PlacedVolume | null> {
  const [row] = await select(db).where(and(eq(volumes.id, id), isLive))
  return row ?? null
}

/** Of these environments, with those being deleted, in the order they were made. */
export function ofEnvironments(db: Db, environmentIds: readonly string[]): Promise<PlacedVolume[]> {
  if (environmentIds.length === 0) return Promise.resolve([])
  return select(db).where(inArray(volumes.environmentId, [...environmentIds])).orderBy(asc(volumes.id)).limit(MOST)
}

/** Those that are attached to a service, in the order they were made. */
export function ofService(db: Db, serviceId: string): Promise<VolumeRow[]> {
  return db.select().from(volumes).where(and(eq(volumes.serviceId, serviceId), isNull(volumes.deletedAt))).orderBy(asc(volumes.id))
}

/** What is attached to these services, in the order it was made. */
export async function mountsOf(db: Db, serviceIds: readonly string[]): Promise<(FrozenMount & { serviceId: string })[]> {
  if (serviceIds.length === 0) return []
  const rows = await db.select().from(volumes).where(and(inArray(volumes.serviceId, [...serviceIds]), isNull(volumes.deletedAt))).orderBy(asc(volumes.id))
  return rows.map(({ id, name, serviceId, mountPath }) => ({ serviceId: serviceId!, volumeId: id, name, path: mountPath! }))
}

/** How many there are in an environment, those being deleted too. */
export async function countOf(db: Db, environmentId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(volumes).where(eq(volumes.environmentId, environmentId))
  return row!.n
}

/** Inserts a volume. Null when its name is taken. */
export async function insert(tx: Db, row: typeof volumes.$inferInsert): Promise<VolumeRow | null> {
  const [inserted] = await tx.insert(volumes).values(row).onConflictDoNothing().returning()
  return inserted ?? null
}

export type VolumeChange = Partial<Pick<VolumeRow, 'name' | 'serviceId' | 'mountPath' | 'limitMib' | 'deletedAt'>>

export async function configure(tx: Db, id: string, change: VolumeChange): Promise<void> {
  await tx.update(volumes).set(change).where(eq(volumes.id, id))
}

/** A service is going: what is attached to it stays, on its own. */
export async function detachAll(tx: Db, serviceIds: readonly string[]): Promise<void> {
  if (serviceIds.length > 0) await tx.update(volumes).set({ serviceId: null, mountPath: null }).where(inArray(volumes.serviceId, [...serviceIds]))
}

/** A spec with the volumes that are attached to its service now, in place of those it had. Hold the service before. */
export async function withMounts(tx: Db, serviceId: string, spec: FrozenSpec): Promise<FrozenSpec> {
  const { mounts: _, ...rest } = spec
  const mounts: FrozenMount[] = (await ofService(tx, serviceId)).map(({ id, name, mountPath }) => ({ volumeId: id, name, path: mountPath! }))
  return mounts.length === 0 ? rest : { ...rest, mounts }
}

/** A service that may write to a volume now or any moment, whatever it is attached to. */
export type Holder = { serviceId: string; name: string; isDeleted: boolean }

/**
 * Services that use a volume: a process with it lives, or a version with it is on its way or serves and is wanted to run.
 * What was stopped, or went on without it, does not.
 */
export async function holdersOf(db: Db, volume: Pick<VolumeRow, 'id' | 'environmentId'>): Promise<Holder[]> {
  const has = sql`${deployments.spec} -> 'mounts' @> ${JSON.stringify([{ volumeId: volume.id }])}::jsonb`
  const lives = sql`exists (select 1 from ${workloads} where ${workloads.deploymentId} = ${deployments.id} and ${workloads.phase} <> 'exited' and ${workloads.part} <> 'prepare')`
  const isWanted = sql`(${services.desired} = 'running' and (${deployments.status} in ('queued', 'building', 'releasing') or ${deployments.id} = ${services.activeDeploymentId} or ${deployments.id} = ${services.targetDeploymentId}))`
  return db
    .selectDistinct({ serviceId: services.id, name: services.name, isDeleted: sql<boolean>`${services.desired} = 'deleted'` })
    .from(deployments)
    .innerJoin(services, eq(services.id, deployments.serviceId))
    .where(and(eq(services.environmentId, volume.environmentId), has, sql`(${lives} or ${isWanted})`))
    .limit(MOST)
}

/** Names in use in an environment, those of volumes being deleted too. */
export async function namesIn(db: Db, environmentId: string, exceptId?: string): Promise<Set<string>> {
  const rows = await db.select({ name: volumes.name }).from(volumes).where(and(eq(volumes.environmentId, environmentId), exceptId === undefined ? undefined : ne(volumes.id, exceptId)))
  return new Set(rows.map(({ name }) => name.toLowerCase()))
}

/** Names of those of an environment that its target has already. */
export async function madeIn(db: Db, environmentId: string): Promise<string[]> {
  const rows = await db.select({ name: volumes.name }).from(volumes).where(and(eq(volumes.environmentId, environmentId), sql`${volumes.madeAt} is not null`)).orderBy(volumes.id).limit(MOST)
  return rows.map((row) => row.name)
}

function select(db: Db) {
  return db
    .select({ ...getTableColumns(volumes), projectId: environments.projectId, targetKind: targets.kind })
    .from(volumes)
    .innerJoin(environments, eq(environments.id, volumes.environmentId))
    .innerJoin(targets, eq(targets.id, environments.targetId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .$dynamic()
}
