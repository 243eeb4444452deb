import { and, eq, isNotNull, lt, sql } from 'drizzle-orm'

import { levelNumber, type LogLevel } from '../../../domain/log-level'
import type { Db } from '../../connection'
import { copyIn, type Cell } from '../../copy-in'
import { logLines } from '../../schema/observed'
import { dayOf, makePartition } from './log-partitions'

export type NewLine = {
  kind: 'build' | 'deploy' | 'runtime' | 'http'
  stream: 'stdout' | 'stderr' | 'platform'
  at: Date
  /** As printed. */
  text: string
  /** Null of requests that met no deployment. */
  deploymentId: string | null
  /** Which part of the deployment printed it; absent for builds and for us. */
  part?: string | null
  level?: LogLevel | null
  /** Absent: the text without its colours. */
  message?: string | null
  attributes?: Record<string, unknown> | null
}

/** Whose lines they are. */
export type LineOwner = { environmentId: string; serviceId: string | null }

const COLUMNS = '(at, environment_id, service_id, deployment_id, kind, stream, part, level, message, attributes, text)'

/** Stores lines of one owner in order; the one way in which lines are written. */
export async function append(tx: Db, owner: LineOwner, lines: readonly NewLine[]): Promise<void> {
  if (lines.length === 0) return
  // Readers go on after the greatest id they have seen, so lines of one service must become visible in the order of
  // their ids: writers of one service take turns, each until it commits.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`log:${owner.serviceId ?? owner.environmentId}`}, 0))`)
  for (const day of new Set(lines.map(({ at }) => dayOf(at)))) await makePartition(tx, day)
  await copyIn(tx, `log_lines ${COLUMNS}`, cellsOf(owner, lines))
}

function* cellsOf({ environmentId, serviceId }: LineOwner, lines: readonly NewLine[]): Generator<readonly Cell[]> {
  for (const { at, deploymentId, kind, stream, part = null, level = null, message = null, attributes = null, text } of lines) {
    yield [at.toISOString(), environmentId, serviceId, deploymentId, kind, stream, part, level === null ? null : String(levelNumber(level)), message, attributes === null ? null : JSON.stringify(attributes), text]
  }
}

/** The last lines a deployment printed, oldest first. */
export async function tail(db: Db, deploymentId: string, limit: number): Promise<string[]> {
  const rows = await db
    .select({ text: logLines.text })
    .from(logLines)
    .where(and(eq(logLines.deploymentId, deploymentId), eq(logLines.kind, 'runtime')))
    .orderBy(sql`${logLines.id} desc`)
    .limit(limit)
  return rows.reverse().map((row) => row.text)
}

/** Deletes at most `limit` lines of a service up to and including `id`; null for all of them. Returns how many went. */
export async function removeUpTo(db: Db, serviceId: string, id: bigint | null, limit: number): Promise<number> {
  const bound = id === null ? sql`true` : sql`id <= ${id.toString()}::bigint`
  const gone = await db.execute(sql`
    delete from log_lines where id in (select id from log_lines where service_id = ${serviceId} and ${bound} order by id limit ${limit}) returning 1`)
  return gone.length
}

/** Deletes at most `limit` lines older than a time. */
export async function removeOlder(db: Db, than: Date, limit: number): Promise<number> {
  const old = db.select({ id: logLines.id }).from(logLines).where(lt(logLines.at, than)).limit(limit)
  const gone = await db.delete(logLines).where(sql`${logLines.id} in ${old}`).returning({ id: logLines.id })
  return gone.length
}

/** The id of the newest line that is one too many when `keep` lines may stay; null when there are fewer. */
export async function surplusUpTo(db: Db, serviceId: string, keep: number): Promise<bigint | null> {
  const [row] = await db.select({ id: logLines.id }).from(logLines).where(eq(logLines.serviceId, serviceId)).orderBy(sql`${logLines.id} desc`).offset(keep).limit(1)
  return row?.id ?? null
}

/** Beside the text of a line: its other columns, and its places in three indexes. */
const ROW_BYTES = 200

/** About how many bytes the lines of each service hold, as they are stored. Reads every line. */
export async function bytesByService(db: Db): Promise<{ serviceId: string; bytes: number }[]> {
  const bytes = sql<number>`sum(pg_column_size(${logLines.text}) + ${ROW_BYTES})::float8`
  return db.select({ serviceId: sql<string>`${logLines.serviceId}`, bytes }).from(logLines).where(isNotNull(logLines.serviceId)).groupBy(logLines.serviceId)
}

/** The id of the newest line of a service that is one too many when so many bytes may stay; null when there are fewer. */
export async function surplusBytesUpTo(db: Db, serviceId: string, keepBytes: number): Promise<bigint | null> {
  const [row] = await db.execute<{ id: string }>(sql`
    select id::text from (select id, sum(pg_column_size(text) + ${ROW_BYTES}) over (order by id desc) as bytes from log_lines where service_id = ${serviceId}) as line
    where bytes > ${keepBytes} order by line.id desc limit 1`)
  return row ? BigInt(row.id) : null
}
