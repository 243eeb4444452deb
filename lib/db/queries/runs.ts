import { and, count, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { users } from '../schema/account'
import { deployments, runs } from '../schema/deployment'
import { services } from '../schema/desired'

export type RunRow = typeof runs.$inferSelect
/** A run with the number of its deployment and who asked for it. */
export type ShownRun = RunRow & { deploymentNumber: number; person: { id: string; name: string; email: string } | null }
/** The run of a service that began or ended last, and whether any is at work. */
export type LastRun = RunRow & { isRunning: boolean }

export async function find(db: Db, id: string): Promise<ShownRun | null> {
  const [row] = await select(db).where(eq(runs.id, id))
  return row ?? null
}

/** The last due first; `before` names the last row of the former page. */
export function page(db: Db, serviceId: string, { before, limit }: { before: { dueAt: Date; id: string } | null; limit: number }): Promise<ShownRun[]> {
  const older = before === null ? undefined : sql`(${runs.dueAt}, ${runs.id}) < (${before.dueAt.toISOString()}::timestamptz, ${before.id})`
  return select(db)
    .where(and(eq(runs.serviceId, serviceId), older))
    .orderBy(desc(runs.dueAt), desc(runs.id))
    .limit(limit)
}

/** The run that was due last and waits no more, of each of these services: one look into the index per service. */
export async function newestOf(db: Db, serviceIds: readonly string[]): Promise<Map<string, LastRun>> {
  if (serviceIds.length === 0) return new Map()
  const newest = sql`(select (select r.id from runs r where r.service_id = s.id and r.status <> 'queued' order by r.due_at desc, r.id desc limit 1) from ${services} s where s.id in ${[...serviceIds]})`
  const isRunning = sql<boolean>`exists (select 1 from runs o where o.service_id = ${runs}.service_id and o.status = 'running')`
  const rows = await db.select({ ...getTableColumns(runs), isRunning }).from(runs).where(sql`${runs.id} in ${newest}`)
  return new Map(rows.map((row) => [row.serviceId, row]))
}

/** Runs of a service that wait or are at work. */
export async function countOpen(db: Db, serviceId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(runs).where(and(eq(runs.serviceId, serviceId), inArray(runs.status, ['queued', 'running'])))
  return row!.n
}

export async function insert(tx: Db, row: typeof runs.$inferInsert): Promise<void> {
  await tx.insert(runs).values(row)
}

/** Moves a run that waits to cancelled. False when it does not wait any more. */
export async function cancelQueued(tx: Db, id: string, at: Date): Promise<boolean> {
  const rows = await tx
    .update(runs)
    .set({ status: 'cancelled', finishedAt: at })
    .where(and(eq(runs.id, id), eq(runs.status, 'queued')))
    .returning({ id: runs.id })
  return rows.length > 0
}

/** Asks for the end of a run that is at work; the first to ask counts. False when it is not at work. */
export async function askForEnd(tx: Db, id: string, at: Date): Promise<boolean> {
  const rows = await tx
    .update(runs)
    .set({ endAskedAt: sql`coalesce(${runs.endAskedAt}, ${at.toISOString()}::timestamptz)`, endAs: sql`coalesce(${runs.endAs}, 'cancelled')` })
    .where(and(eq(runs.id, id), eq(runs.status, 'running')))
    .returning({ id: runs.id })
  return rows.length > 0
}

function select(db: Db) {
  return db
    .select({ ...getTableColumns(runs), deploymentNumber: deployments.number, person: { id: users.id, name: users.name, email: users.email } })
    .from(runs)
    .innerJoin(deployments, eq(deployments.id, runs.deploymentId))
    .leftJoin(users, eq(users.id, runs.createdBy))
}
