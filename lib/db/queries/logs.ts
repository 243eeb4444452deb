import { and, asc, desc, eq, gt, inArray, lt, sql, type SQL } from 'drizzle-orm'

import type { LogKind, LogLineView } from '../../contract/log'
import { levelName } from '../../domain/log-level'
import type { Db } from '../connection'
import { runs } from '../schema/deployment'
import { logLines } from '../schema/observed'

export type LogScope = ({ serviceId: string } | { deploymentId: string } | { runId: string }) & { kind?: LogKind | undefined }

/** Lines after a cursor, oldest first; with null, the newest `limit` lines. */
export async function linesAfter(db: Db, scope: LogScope, after: string | null, limit: number): Promise<LogLineView[]> {
  if (after === null) return (await newest(db, within(scope), limit)).map(toView)
  const rows = await db.select().from(logLines).where(and(within(scope), gt(logLines.id, cursorOf(after)))).orderBy(asc(logLines.id)).limit(limit)
  return rows.map(toView)
}

/** The lines just before a cursor, oldest first; with null, the newest. */
export async function linesBefore(db: Db, scope: LogScope, before: string | null, limit: number): Promise<LogLineView[]> {
  return (await newest(db, and(within(scope), before === null ? undefined : lt(logLines.id, cursorOf(before))), limit)).map(toView)
}

/** Whether there are lines before a cursor. */
export async function hasBefore(db: Db, scope: LogScope, before: string): Promise<boolean> {
  const rows = await db.select({ one: sql`1` }).from(logLines).where(and(within(scope), lt(logLines.id, cursorOf(before)))).limit(1)
  return rows.length > 0
}

async function newest(db: Db, where: SQL | undefined, limit: number) {
  const rows = await db.select().from(logLines).where(where).orderBy(desc(logLines.id)).limit(limit)
  return rows.reverse()
}

function within(scope: LogScope): SQL | undefined {
  return and(ownedBy(scope), ofKind(scope.kind))
}

/** What became of a deployment is told between the lines that it prints. */
function ofKind(kind: LogScope['kind']): SQL | undefined {
  if (kind === undefined) return undefined
  return kind === 'runtime' ? inArray(logLines.kind, ['runtime', 'deploy']) : eq(logLines.kind, kind)
}

function ownedBy(scope: LogScope): SQL | undefined {
  if ('serviceId' in scope) return eq(logLines.serviceId, scope.serviceId)
  if ('deploymentId' in scope) return eq(logLines.deploymentId, scope.deploymentId)
  // By way of its deployment, which the index knows.
  return and(sql`${logLines.deploymentId} = (select r.deployment_id from ${runs} r where r.id = ${scope.runId})`, eq(logLines.part, scope.runId))
}

const GREATEST = 2n ** 63n - 1n

/** A cursor of 19 digits may be more than a bigint holds. */
function cursorOf(text: string): bigint {
  const value = BigInt(text)
  return value > GREATEST ? GREATEST : value
}

/** A line as it is told. */
export function toView(row: typeof logLines.$inferSelect): LogLineView {
  const { kind, stream, serviceId, deploymentId, part, message, attributes, text } = row
  return { id: row.id.toString(), at: row.at.toISOString(), kind, stream, serviceId, deploymentId, part, level: levelName(row.level), message, attributes, text }
}
