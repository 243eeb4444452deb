import { and, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { projects } from '../schema/desired'
import { uploads } from '../schema/upload'

export type UploadRow = typeof uploads.$inferSelect
/** One that has arrived. */
export type KeptUpload = { digest: string; sizeBytes: number; files: number; unpackedBytes: number }

// An upload stays while a service is set to it, or a deployment was made from it that is on its way or whose build is kept.
const isUnused = sql`not exists (select 1 from services s where s.source ->> 'uploadId' = ${uploads.id})
  and not exists (
    select 1 from deployments d left join artifacts a on a.id = d.artifact_id
    where d.spec -> 'source' ->> 'uploadId' = ${uploads.id}
      and (d.status in ('queued', 'building', 'releasing', 'active') or (a.id is not null and a.removed_at is null)))`

export async function insert(db: Db, row: typeof uploads.$inferInsert): Promise<void> {
  await db.insert(uploads).values(row)
}

/** Null when it is gone, or its project is being deleted. */
export async function find(db: Db, id: string): Promise<UploadRow | null> {
  const [row] = await db.select({ upload: uploads }).from(uploads).innerJoin(projects, eq(projects.id, uploads.projectId)).where(and(eq(uploads.id, id), isNull(projects.deletedAt)))
  return row?.upload ?? null
}

export async function countUnused(db: Db, projectId: string): Promise<number> {
  const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(uploads).where(and(eq(uploads.projectId, projectId), isUnused))
  return row?.count ?? 0
}

/** Notes that something is set to an upload that has arrived, so that it stays. False when the project has no such one. */
export async function use(db: Db, { id, projectId, at }: { id: string; projectId: string; at: Date }): Promise<boolean> {
  const rows = await db.update(uploads).set({ usedAt: at }).where(and(eq(uploads.id, id), eq(uploads.projectId, projectId), isNotNull(uploads.digest))).returning({ id: uploads.id })
  return rows.length === 1
}

/** Notes that an upload has arrived; repeated with the same bytes: no-op. False when it is gone, or has arrived with other ones. */
export async function noteArrived(db: Db, id: string, kept: KeptUpload & { at: Date }): Promise<boolean> {
  const { at, ...facts } = kept
  const rows = await db.update(uploads).set({ ...facts, usedAt: at }).where(and(eq(uploads.id, id), sql`coalesce(${uploads.digest}, ${facts.digest}) = ${facts.digest}`)).returning({ id: uploads.id })
  return rows.length === 1
}

/** Removes what nothing refers to and nothing was set to since; whoever sets something to it at this moment comes wholly before or after. */
export async function removeUnused(db: Db, before: Date): Promise<string[]> {
  const rows = await db.delete(uploads).where(and(lt(uploads.usedAt, before), isUnused)).returning({ id: uploads.id })
  return rows.map(({ id }) => id)
}

/** Which of these files belong to an upload. */
export async function keptDigests(db: Db, digests: readonly string[]): Promise<Set<string>> {
  if (digests.length === 0) return new Set()
  const rows = await db.selectDistinct({ digest: uploads.digest }).from(uploads).where(inArray(uploads.digest, [...digests]))
  return new Set(rows.flatMap(({ digest }) => (digest === null ? [] : [digest])))
}
