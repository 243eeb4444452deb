import { and, asc, count, eq, inArray } from 'drizzle-orm'

import type { Db } from '../connection'
import { groups, services } from '../schema/desired'
import { volumes } from '../schema/volume'

export type GroupRow = typeof groups.$inferSelect

const MOST = 1_000

/** Of an environment, in the order they were drawn. */
export function ofEnvironment(db: Db, environmentId: string): Promise<GroupRow[]> {
  return db.select().from(groups).where(eq(groups.environmentId, environmentId)).orderBy(asc(groups.id)).limit(MOST)
}

export async function countOf(db: Db, environmentId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(groups).where(eq(groups.environmentId, environmentId))
  return row!.n
}

/** Those of an environment among these, which stay until the transaction ends. Ask before nodes are held. */
export async function present(tx: Db, environmentId: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tx.select({ id: groups.id }).from(groups).where(and(eq(groups.environmentId, environmentId), inArray(groups.id, [...ids]))).orderBy(groups.id).for('key share')
  return new Set(rows.map(({ id }) => id))
}

/** Holds a group until the transaction ends; null when there is none. Take it before nodes. */
export async function lock(tx: Db, id: string): Promise<GroupRow | null> {
  const [row] = await tx.select().from(groups).where(eq(groups.id, id)).for('no key update')
  return row ?? null
}

export async function insert(tx: Db, row: typeof groups.$inferInsert): Promise<GroupRow> {
  const [inserted] = await tx.insert(groups).values(row).returning()
  return inserted!
}

export async function configure(tx: Db, id: string, change: Partial<Pick<GroupRow, 'name' | 'x' | 'y' | 'width' | 'height'>>): Promise<void> {
  if (Object.keys(change).length > 0) await tx.update(groups).set(change).where(eq(groups.id, id))
}

/** What is in it stays, on its own. */
export async function remove(tx: Db, id: string): Promise<void> {
  await tx.delete(groups).where(eq(groups.id, id))
}

/** A service or a volume, and where it stands. */
export type PlacedNode = { id: string; x: number; y: number }

/** The nodes of an environment among these. */
export async function nodesAmong(db: Db, environmentId: string, ids: readonly string[]): Promise<PlacedNode[]> {
  if (ids.length === 0) return []
  const drawn = await db.select({ id: services.id, x: services.x, y: services.y }).from(services).where(and(eq(services.environmentId, environmentId), inArray(services.id, [...ids])))
  const kept = await db.select({ id: volumes.id, x: volumes.x, y: volumes.y }).from(volumes).where(and(eq(volumes.environmentId, environmentId), inArray(volumes.id, [...ids])))
  return [...drawn, ...kept]
}

/** The nodes in a group. */
export async function nodesOf(db: Db, groupId: string): Promise<PlacedNode[]> {
  const drawn = await db.select({ id: services.id, x: services.x, y: services.y }).from(services).where(eq(services.groupId, groupId)).limit(MOST)
  return [...drawn, ...(await db.select({ id: volumes.id, x: volumes.x, y: volumes.y }).from(volumes).where(eq(volumes.groupId, groupId)).limit(MOST))]
}

/** Nodes join a group, or none; those of services before those of volumes, as everywhere. */
export async function join(tx: Db, groupId: string | null, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx.select({ id: services.id }).from(services).where(inArray(services.id, [...ids])).orderBy(services.id).for('no key update')
  await tx.update(services).set({ groupId }).where(inArray(services.id, [...ids]))
  await tx.select({ id: volumes.id }).from(volumes).where(inArray(volumes.id, [...ids])).orderBy(volumes.id).for('no key update')
  await tx.update(volumes).set({ groupId }).where(inArray(volumes.id, [...ids]))
}
