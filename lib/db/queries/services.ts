import { and, count, desc, eq, getTableColumns, inArray, isNull, lt, ne, sql, type SQL } from 'drizzle-orm'

import type { TargetKind } from '../../domain/target'
import type { Db } from '../connection'
import { forgetKey } from './engine/otlp'
import { containerPortOfService } from './container-port'
import { siteHostOfService } from './site-host'
import { environments, ports, projects, services, type ServiceHold } from '../schema/desired'
import { targets } from '../schema/target'

export type ServiceRow = typeof services.$inferSelect
/** A service with where it belongs and its private port. */
export type PlacedService = ServiceRow & { projectId: string; privatePort: number | null; /** Also while nobody outside may use it. */ publicPort: number | null; containerPort: number; /** See `siteHostOfService`. */ siteHost: { hostname: string; isSecure: boolean } | null; targetKind: TargetKind; /** In its volumes, as last measured. */ storedBytes: number | null; /** When the newest snapshot of a database was begun that is complete, in milliseconds. */ lastSnapshotMs: number | null }

/** Holds a service until the transaction ends; null when it is being deleted or does not exist. Take it before its deployments. */
export async function lock(tx: Db, id: string): Promise<ServiceRow | null> {
  const [row] = await tx.select().from(services).where(and(eq(services.id, id), ne(services.desired, 'deleted'))).for('no key update')
  return row ?? null
}

/** A service that is not being deleted, nor anything it is in. */
export async function find(db: Db, id: string): Promise<PlacedService | null> {
  const [row] = await select(db).where(and(eq(services.id, id), ne(services.desired, 'deleted'), isNull(environments.deletedAt), isNull(projects.deletedAt)))
  return row ?? null
}

/** Names of the services of an environment that are being deleted: taken until they are gone. */
export async function leaving(db: Db, environmentId: string): Promise<string[]> {
  return (await db.select({ name: services.name }).from(services).where(and(eq(services.environmentId, environmentId), eq(services.desired, 'deleted')))).map(({ name }) => name)
}

/** Those of these environments, with those being deleted, in the order they were drawn. */
export function ofEnvironments(db: Db, environmentIds: readonly string[]): Promise<PlacedService[]> {
  if (environmentIds.length === 0) return Promise.resolve([])
  return select(db).where(inArray(services.environmentId, [...environmentIds])).orderBy(services.id)
}

/** Newest first; ids sort by creation, so the id of the last row is the cursor. */
export function page(db: Db, environmentId: string, { before, limit }: { before: string | null; limit: number }): Promise<PlacedService[]> {
  const older = before === null ? undefined : lt(services.id, before)
  return select(db)
    .where(and(eq(services.environmentId, environmentId), ne(services.desired, 'deleted'), older))
    .orderBy(desc(services.id))
    .limit(limit)
}

/** Names and places in an environment, with those being deleted: their names are in use until they are gone. */
export function drawn(db: Db, environmentId: string): Promise<{ id: string; name: string; x: number; y: number }[]> {
  return db.select({ id: services.id, name: services.name, x: services.x, y: services.y }).from(services).where(eq(services.environmentId, environmentId))
}

export async function countOf(db: Db, environmentId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(services).where(and(eq(services.environmentId, environmentId), ne(services.desired, 'deleted')))
  return row!.n
}

/** Inserts a service. Null when its name or its host label was taken, perhaps a moment ago. */
export async function insert(tx: Db, row: typeof services.$inferInsert): Promise<ServiceRow | null> {
  const [inserted] = await tx.insert(services).values(row).onConflictDoNothing().returning()
  return inserted ?? null
}

export async function isHostLabelTaken(db: Db, hostLabel: string): Promise<boolean> {
  const rows = await db.select({ id: services.id }).from(services).where(eq(services.hostLabel, hostLabel))
  return rows.length > 0
}

/** Writes what a person set, and raises the revision of the configuration above every one that was deployed. */
export async function configure(tx: Db, id: string, change: Partial<Pick<ServiceRow, 'name' | 'source' | 'settings'>>): Promise<void> {
  const deployed = sql`(select coalesce(max(d.config_revision), 0) from deployments d where d.service_id = ${id})`
  // Who is not listened to any more has shown its tokens for the last time.
  if (change.settings?.openTelemetry === false) await forgetKey(tx, id)
  await tx.update(services).set({ ...change, configRevision: sql`greatest(${services.configRevision}, ${deployed}) + 1` }).where(eq(services.id, id))
}

/** Raises the revision of the configuration of several: what their variables refer to has changed. */
export async function configureAll(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await hold(tx, inArray(services.id, [...ids]))
  await tx.update(services).set({ configRevision: sql`${services.configRevision} + 1`, referencesChanged: true }).where(inArray(services.id, [...ids]))
}

/** What its variables refer to goes into a deployment as it is now. */
export async function takeReferences(tx: Db, id: string): Promise<void> {
  await tx.update(services).set({ referencesChanged: false }).where(and(eq(services.id, id), services.referencesChanged))
}

export async function setInspection(tx: Db, id: string, inspection: ServiceRow['inspection']): Promise<void> {
  await tx.update(services).set({ inspection }).where(eq(services.id, id))
}

/** Writes what is wanted of a service: a new generation. Whatever is wanted, it does not sleep any more. */
export async function want(tx: Db, id: string, desired: ServiceRow['desired'], at: Date): Promise<void> {
  await tx.update(services).set({ desired, desiredAt: at, sleepingAt: null, generation: sql`${services.generation} + 1` }).where(eq(services.id, id))
}

/** Wakes a service that sleeps: a new generation, so that nobody who saw it quiet before lays it down again. */
export async function wake(tx: Db, id: string, at: Date): Promise<void> {
  await tx.update(services).set({ sleepingAt: null, wokenAt: at, generation: sql`${services.generation} + 1` }).where(eq(services.id, id))
}

/** Says who may reach a database from outside. */
export async function expose(tx: Db, id: string, exposure: ServiceRow['exposure']): Promise<void> {
  await tx.update(services).set({ exposure }).where(eq(services.id, id))
}

/** Refuses automatic deploys from here on, or takes them again. */
export async function setHold(tx: Db, id: string, hold: ServiceHold | null): Promise<void> {
  await tx.update(services).set({ hold }).where(eq(services.id, id))
}

/** Wants everything in an environment gone. Returns the services that were not on their way out yet. */
export async function wantAllDeleted(tx: Db, environmentId: string, at: Date): Promise<{ id: string; name: string }[]> {
  const isMeant = and(eq(services.environmentId, environmentId), ne(services.desired, 'deleted'))
  await hold(tx, isMeant)
  return tx
    .update(services)
    .set({ desired: 'deleted', desiredAt: at, generation: sql`${services.generation} + 1` })
    .where(isMeant)
    .returning({ id: services.id, name: services.name })
}

/** Gives the target back to the active deployment if this one holds it: a new generation. */
export async function handBackTarget(tx: Db, id: string, deploymentId: string): Promise<void> {
  await tx
    .update(services)
    .set({ targetDeploymentId: services.activeDeploymentId, generation: sql`${services.generation} + 1` })
    .where(and(eq(services.id, id), eq(services.targetDeploymentId, deploymentId)))
}

/** Locks rows in the order of their ids: whoever changes several at once waits for the other, never in a circle. */
async function hold(tx: Db, where: SQL | undefined): Promise<void> {
  await tx.select({ id: services.id }).from(services).where(where).orderBy(services.id).for('no key update')
}

const publicPort = sql<number | null>`(select p.port from ports p where p.service_id = ${services.id} and p.purpose = 'public')`
const storedBytes = sql<number | null>`(select sum(v.size_bytes)::float8 from volumes v where v.service_id = ${services.id} and v.deleted_at is null)`
// Sought among those of the environment, which have an index.
const lastSnapshotMs = sql<number | null>`(case when ${services.source} ->> 'type' = 'database' then (select extract(epoch from max(n.created_at))::float8 * 1000 from snapshots n where n.environment_id = ${services.environmentId} and n.service_id = ${services.id} and n.status = 'done') end)`

function select(db: Db) {
  return db
    .select({ ...getTableColumns(services), projectId: environments.projectId, privatePort: ports.port, publicPort, siteHost: siteHostOfService, containerPort: containerPortOfService, targetKind: targets.kind, storedBytes, lastSnapshotMs })
    .from(services)
    .innerJoin(environments, eq(environments.id, services.environmentId))
    .innerJoin(targets, eq(targets.id, environments.targetId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .leftJoin(ports, and(eq(ports.serviceId, services.id), eq(ports.purpose, 'private')))
}
