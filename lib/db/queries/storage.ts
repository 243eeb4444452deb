import { and, asc, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm'

import type { Disk, SeenStorage } from '../../domain/storage'
import type { Db } from '../connection'
import { environments, projects, services } from '../schema/desired'
import { heartbeats } from '../schema/observed'
import { targetStorage } from '../schema/storage'
import { targets } from '../schema/target'

export type StorageRow = { target: { id: string; name: string; kind: 'process' | 'docker' }; at: Date | null; cleanAskedAt: Date | null; seen: SeenStorage | null }

/** Docker targets that an organization may use, or one of them. */
export async function storageOf(db: Db, organizationId: string, targetId: string | null = null): Promise<StorageRow[]> {
  const isOf = and(eq(targets.kind, 'docker'), or(eq(targets.organizationId, organizationId), isNull(targets.organizationId)), targetId === null ? undefined : eq(targets.id, targetId))
  return db
    .select({ target: { id: targets.id, name: targets.name, kind: targets.kind }, at: targetStorage.at, cleanAskedAt: targetStorage.cleanAskedAt, seen: targetStorage.seen })
    .from(targets)
    .leftJoin(targetStorage, eq(targetStorage.targetId, targets.id))
    .where(isOf)
    .orderBy(asc(targets.id))
    .limit(100)
}

/** Names of those of these services that are an organization's. */
export async function namesOf(db: Db, organizationId: string, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: services.id, name: services.name })
    .from(services)
    .innerJoin(environments, eq(environments.id, services.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(and(inArray(services.id, [...ids]), eq(projects.organizationId, organizationId)))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Writes that somebody wants it cleaned; the worker does it. */
export async function askForCleaning(tx: Db, targetId: string, at: Date): Promise<void> {
  await tx.insert(targetStorage).values({ targetId, cleanAskedAt: at }).onConflictDoUpdate({ target: targetStorage.targetId, set: { cleanAskedAt: at } })
}

/** The disk that each of these targets writes to, as far as it is known. */
export async function disksOf(db: Db, rows: readonly { id: string; kind: 'process' | 'docker' }[]): Promise<Map<string, Disk>> {
  const engines = await db.select({ id: targetStorage.targetId, disk: sql<Disk | null>`${targetStorage.seen} -> 'disk'` }).from(targetStorage).where(inArray(targetStorage.targetId, rows.map(({ id }) => id)))
  const here = rows.some(({ kind }) => kind === 'process') ? await dataDisk(db) : null
  const local = rows.filter(({ kind }) => kind === 'process').map(({ id }) => ({ id, disk: here }))
  return new Map([...engines, ...local].flatMap(({ id, disk }) => (disk ? [[id, disk] as const] : [])))
}

/** What the log lines of all services take on the disk of the database, what was freed among them too. */
export async function logBytes(db: Db): Promise<number> {
  const [row] = await db.execute<{ bytes: number }>(sql`select coalesce(sum(pg_total_relation_size(relid)), 0)::float8 as bytes from pg_partition_tree('log_lines')`)
  return row!.bytes
}

/** The disk of the data folder, as the worker that reported last sees it. */
export async function dataDisk(db: Db): Promise<Disk | null> {
  const [row] = await db
    .select({ detail: heartbeats.detail })
    .from(heartbeats)
    .where(and(eq(heartbeats.kind, 'worker'), sql`${heartbeats.at} > now() - interval '1 minute'`))
    .orderBy(desc(heartbeats.at))
    .limit(1)
  return row?.detail?.disk ?? null
}
