import { and, desc, eq, inArray, lte, max, sql } from 'drizzle-orm'

import type { RunStatus } from '../../../domain/run-status'
import { newId } from '../../../ids'
import type { Db } from '../../connection'
import { runs } from '../../schema/deployment'

export type RunRow = typeof runs.$inferSelect

/** Finished runs of one service that are kept. */
const KEPT = 500

/** Runs of these services that wait or are at work, in the order they were due. */
export async function openOf(db: Db, serviceIds: readonly string[]): Promise<RunRow[]> {
  if (serviceIds.length === 0) return []
  return db
    .select()
    .from(runs)
    .where(and(inArray(runs.serviceId, [...serviceIds]), inArray(runs.status, ['queued', 'running'])))
    .orderBy(runs.dueAt, runs.id)
}

/** When the newest scheduled run of each service was due. One that is yet to come was noted by a clock that was wrong. */
export async function lastDueOf(db: Db, serviceIds: readonly string[], now: Date): Promise<Map<string, Date>> {
  if (serviceIds.length === 0) return new Map()
  const rows = await db
    .select({ id: runs.serviceId, at: max(runs.dueAt) })
    .from(runs)
    .where(and(inArray(runs.serviceId, [...serviceIds]), eq(runs.trigger, 'schedule'), lte(runs.dueAt, now)))
    .groupBy(runs.serviceId)
  return new Map(rows.flatMap((row) => (row.at === null ? [] : [[row.id, row.at] as const])))
}

/** Writes down that a time was due. Null when somebody else has. */
export async function addDue(tx: Db, due: { serviceId: string; deploymentId: string; dueAt: Date; status: RunStatus }, at: Date): Promise<string | null> {
  const finishedAt = due.status === 'queued' ? null : at
  const [row] = await tx
    .insert(runs)
    .values({ id: newId('run'), trigger: 'schedule', finishedAt, ...due })
    .onConflictDoNothing()
    .returning({ id: runs.id })
  return row?.id ?? null
}

export async function begin(tx: Db, id: string, at: Date): Promise<boolean> {
  const rows = await tx.update(runs).set({ status: 'running', startedAt: at }).where(and(eq(runs.id, id), eq(runs.status, 'queued'))).returning({ id: runs.id })
  return rows.length === 1
}

/** Notes that its end was asked for; who asked first is believed. */
export async function askEnd(tx: Db, id: string, end: 'cancelled' | 'timed_out', at: Date): Promise<boolean> {
  const rows = await tx
    .update(runs)
    .set({ endAskedAt: at, endAs: end })
    .where(and(eq(runs.id, id), eq(runs.status, 'running'), sql`${runs.endAs} is null`))
    .returning({ id: runs.id })
  return rows.length === 1
}

export async function end(tx: Db, id: string, outcome: Pick<RunRow, 'status' | 'exitCode' | 'exitSignal' | 'message'>, at: Date): Promise<boolean> {
  const rows = await tx
    .update(runs)
    .set({ ...outcome, finishedAt: at })
    .where(and(eq(runs.id, id), inArray(runs.status, ['queued', 'running'])))
    .returning({ id: runs.id })
  return rows.length === 1
}

/** Removes the oldest of a service's finished runs beyond those that are kept. */
export async function prune(db: Db, serviceId: string): Promise<void> {
  const surplus = db.select({ id: runs.id }).from(runs).where(eq(runs.serviceId, serviceId)).orderBy(desc(runs.dueAt)).offset(KEPT)
  await db.delete(runs).where(and(inArray(runs.id, surplus), sql`${runs.status} not in ('queued', 'running')`))
}
