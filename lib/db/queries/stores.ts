import { and, count, desc, eq, isNotNull, isNull, lt, ne, sql, sum } from 'drizzle-orm'

import type { Db } from '../connection'
import { services } from '../schema/desired'
import { snapshotPlans, snapshots } from '../schema/snapshot'
import { stores, type SeenStore } from '../schema/store'
import { volumes } from '../schema/volume'

export type StoreRow = typeof stores.$inferSelect
export type StoreUse = { snapshots: number; sizeBytes: number }

const isMeant = (organizationId: string, id: string) => and(eq(stores.id, id), eq(stores.organizationId, organizationId), isNull(stores.deletedAt))

/** A store of an organization; null when there is none. */
export async function storeOf(db: Db, organizationId: string, id: string): Promise<StoreRow | null> {
  const [row] = await db.select().from(stores).where(isMeant(organizationId, id))
  return row ?? null
}

/** Holds a store until the transaction ends: `update` to change it, `share` so that nobody deletes it meanwhile. */
export async function lock(tx: Db, organizationId: string, id: string, strength: 'update' | 'share' = 'update'): Promise<StoreRow | null> {
  const [row] = await tx.select().from(stores).where(isMeant(organizationId, id)).for(strength)
  return row ?? null
}

export function page(db: Db, organizationId: string, { before, limit }: { before: string | null; limit: number }): Promise<StoreRow[]> {
  return db.select().from(stores).where(and(eq(stores.organizationId, organizationId), isNull(stores.deletedAt), before === null ? undefined : lt(stores.id, before))).orderBy(desc(stores.id)).limit(limit)
}

/** All that snapshots of an organization can be kept in. */
export function choices(db: Db, organizationId: string): Promise<StoreRow[]> {
  return db.select().from(stores).where(and(eq(stores.organizationId, organizationId), isNull(stores.deletedAt))).orderBy(stores.name).limit(200)
}

/** Whether another one of the organization is called so. */
export async function isNameTaken(db: Db, { organizationId, id, name }: { organizationId: string; id: string; name: string }): Promise<boolean> {
  const rows = await db.select({ id: stores.id }).from(stores).where(and(eq(stores.organizationId, organizationId), eq(stores.name, name), ne(stores.id, id), isNull(stores.deletedAt)))
  return rows.length > 0
}

/** How many snapshots lie in it, also of those whose bytes are being removed. */
export async function heldBy(db: Db, id: string): Promise<StoreUse> {
  const [row] = await db.select({ snapshots: count(), sizeBytes: sum(snapshots.sizeBytes) }).from(snapshots).where(and(eq(snapshots.storeId, id), ne(snapshots.status, 'failed')))
  return { snapshots: row!.snapshots, sizeBytes: Number(row!.sizeBytes ?? 0) }
}

/** What the databases and volumes are called whose plans keep their snapshots in it. */
export async function plannedInto(db: Db, id: string): Promise<string[]> {
  const rows = await db
    .select({ name: sql<string>`coalesce(${services.name}, ${volumes.name})` })
    .from(snapshotPlans)
    .innerJoin(volumes, eq(volumes.id, snapshotPlans.volumeId))
    .leftJoin(services, eq(services.id, volumes.serviceId))
    .where(and(eq(snapshotPlans.storeId, id), isNull(volumes.deletedAt)))
    .limit(3)
  return rows.map(({ name }) => name)
}

/** Deletes it for everybody; what failed in it, or was planned by what is gone, no longer names it. */
export async function markDeleted(tx: Db, id: string, at: Date): Promise<void> {
  await tx.update(stores).set({ deletedAt: at }).where(eq(stores.id, id))
  await tx.update(snapshots).set({ storeId: null }).where(and(eq(snapshots.storeId, id), eq(snapshots.status, 'failed')))
  await tx.update(snapshotPlans).set({ storeId: null }).where(eq(snapshotPlans.storeId, id))
}

/** Of the worker: any one, also one that is being deleted. */
export async function storeById(db: Db, id: string): Promise<StoreRow | null> {
  const [row] = await db.select().from(stores).where(eq(stores.id, id))
  return row ?? null
}

/** Those that have not been tried with what is set now. */
export function unseen(db: Db): Promise<StoreRow[]> {
  return db.select().from(stores).where(and(isNull(stores.seen), isNull(stores.deletedAt))).orderBy(stores.id).limit(20)
}

/** Every one, with those that are being deleted. */
export function all(db: Db): Promise<StoreRow[]> {
  return db.select().from(stores).orderBy(stores.id)
}

/** Writes what trying it said, unless it was changed since. */
export async function see(db: Db, row: StoreRow, seen: SeenStore): Promise<void> {
  const isSame = [eq(stores.endpoint, row.endpoint), eq(stores.region, row.region), eq(stores.bucket, row.bucket), eq(stores.prefix, row.prefix), eq(stores.accessKeyId, row.accessKeyId), eq(stores.secretSealed, row.secretSealed), eq(stores.isPathStyle, row.isPathStyle)]
  await db.update(stores).set({ seen }).where(and(eq(stores.id, row.id), ...isSame))
}

export async function removeRow(db: Db, id: string): Promise<void> {
  await db.delete(stores).where(and(eq(stores.id, id), isNotNull(stores.deletedAt)))
}
