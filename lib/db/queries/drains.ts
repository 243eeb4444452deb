import { and, count, desc, eq, getTableColumns, lt, ne, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { environments, projects } from '../schema/desired'
import { drainCursors, drains } from '../schema/drain'

export type DrainRow = typeof drains.$inferSelect
/** A drain with what its place is called. */
export type PlacedDrain = DrainRow & { projectName: string | null; environmentName: string | null; /** Of an environment too. */ ofProjectId: string | null }

/** More lines than so many are not counted. */
const MOST_COUNTED = 10_000

const select = (db: Db) =>
  db
    .select({ ...getTableColumns(drains), projectName: projects.name, ofProjectId: projects.id, environmentName: environments.name })
    .from(drains)
    .leftJoin(environments, eq(environments.id, drains.environmentId))
    .leftJoin(projects, sql`${projects.id} = coalesce(${drains.projectId}, ${environments.projectId})`)

export async function find(db: Db, organizationId: string, id: string): Promise<PlacedDrain | null> {
  const [row] = await select(db).where(and(eq(drains.id, id), eq(drains.organizationId, organizationId)))
  return row ?? null
}

/** Holds a drain of an organization until the transaction ends; null when there is none. */
export async function lock(tx: Db, organizationId: string, id: string): Promise<PlacedDrain | null> {
  const [row] = await select(tx).where(and(eq(drains.id, id), eq(drains.organizationId, organizationId))).for('update', { of: drains })
  return row ?? null
}

export function page(db: Db, organizationId: string, { before, limit }: { before: string | null; limit: number }): Promise<PlacedDrain[]> {
  return select(db).where(and(eq(drains.organizationId, organizationId), before === null ? undefined : lt(drains.id, before))).orderBy(desc(drains.id)).limit(limit)
}

export async function countOf(db: Db, organizationId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(drains).where(eq(drains.organizationId, organizationId))
  return row!.n
}

/** Whether another one of the organization is called so. */
export async function isNameTaken(db: Db, { organizationId, id, name }: { organizationId: string; id: string; name: string }): Promise<boolean> {
  const rows = await db.select({ id: drains.id }).from(drains).where(and(eq(drains.organizationId, organizationId), eq(drains.name, name), ne(drains.id, id)))
  return rows.length > 0
}

/** The last id that was given to a line: what comes from now on has a greater one. */
export async function lastLineId(db: Db): Promise<bigint> {
  const [row] = await db.execute<{ id: string }>(sql`select case when is_called then last_value else 0 end::text as id from log_lines_id_seq`)
  return BigInt(row!.id)
}

/** Leaves out whatever waits in a drain. */
export async function skipWaiting(tx: Db, drainId: string, now: Date): Promise<void> {
  await tx.delete(drainCursors).where(eq(drainCursors.drainId, drainId))
  await tx.update(drains).set({ fromId: await lastLineId(tx), metricsTo: now }).where(eq(drains.id, drainId))
}

/** Lines that a drain has not looked at yet, up to a number, and the time of the oldest of them. */
export async function waitingOf(db: Db, drainId: string): Promise<{ lines: number; isMore: boolean; since: Date | null }> {
  const after = (limit: number) => sql`select at from log_lines where service_id = c.service_id and environment_id = c.environment_id and id > c.line_id order by id limit ${limit}`
  const [row] = await db.execute<{ lines: number; since: string | null }>(sql`
    select (select count(*)::int from (select 1 from drain_cursors c cross join lateral (${after(MOST_COUNTED + 1)}) l where c.drain_id = ${drainId} limit ${MOST_COUNTED + 1}) counted) as lines,
      (select extract(epoch from min(l.at)) * 1000 from drain_cursors c cross join lateral (${after(1)}) l where c.drain_id = ${drainId}) as since`)
  const { lines, since } = row!
  return { lines: Math.min(lines, MOST_COUNTED), isMore: lines > MOST_COUNTED, since: since === null ? null : new Date(Number(since)) }
}
