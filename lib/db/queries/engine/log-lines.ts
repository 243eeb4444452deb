import { and, eq, sql } from 'drizzle-orm'

import { levelNumber, type LogLevel } from '../../../domain/log-level'
import type { Db } from '../../connection'
import { copyIn, type Cell } from '../../copy-in'
import { environments } from '../../schema/desired'
import { logLines } from '../../schema/observed'
import { noteLost } from './drains'
import { forgetOutlines } from './log-blocks'
import { nameOf, tableNameOf } from './log-partitions'

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

/**
 * Stores lines of one owner in order; the one way in which lines are written. They are asked for while they are stored, so
 * making them costs no time beside it. A line whose day has no partition yet waits in the default one (`log-partitions`).
 */
export async function append(tx: Db, owner: LineOwner, lines: Iterable<NewLine>): Promise<void> {
  // Readers go on after the greatest id they have seen, so lines of one service must become visible in the order of
  // their ids: writers of one service take turns, each until it commits.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`log:${owner.serviceId ?? owner.environmentId}`}, 0))`)
  const minutes = new Set<number>()
  await copyIn(tx, `log_lines ${COLUMNS}`, cellsOf(owner, lines, minutes))
  await forgetOutlines(tx, owner, [...minutes])
}

/** `minutes`: since 1970, in which there are lines. */
function* cellsOf({ environmentId, serviceId }: LineOwner, lines: Iterable<NewLine>, minutes: Set<number>): Generator<readonly Cell[]> {
  let moment = { atMs: Number.NaN, text: '' }
  for (const { at, deploymentId, kind, stream, part = null, level = null, message = null, attributes = null, text } of lines) {
    // What is read at once mostly has the time of reading.
    if (at.getTime() !== moment.atMs) {
      moment = { atMs: at.getTime(), text: at.toISOString() }
      minutes.add(Math.floor(moment.atMs / 60_000))
    }
    yield [moment.text, environmentId, serviceId, deploymentId, kind, stream, part, level === null ? null : String(levelNumber(level)), message, attributes === null ? null : JSON.stringify(attributes), text]
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
  // A joined trace is many.
  return rows.reverse().flatMap((row) => row.text.split('\n')).slice(-limit)
}

/** Deletes the oldest `limit` lines of an owner up to and including `id`. Returns how many went. */
export async function removeUpTo(db: Db, owner: string, id: bigint, limit: number): Promise<number> {
  const gone = await db.execute(sql`
    delete from log_lines where ${isOf(owner)}
      and id <= (select max(id) from (select id from log_lines where ${isOf(owner)} and id <= ${id.toString()}::bigint order by id limit ${limit}) as piece) returning 1`)
  return gone.length
}

/** Deletes the oldest `limit` lines of an environment, and those of the same moment as the last. Returns how many went. */
export async function removeOfEnvironment(db: Db, environmentId: string, limit: number): Promise<number> {
  const gone = await db.execute(sql`
    delete from log_lines where environment_id = ${environmentId}
      and at <= (select max(at) from (select at from log_lines where environment_id = ${environmentId} order by at limit ${limit}) as piece) returning 1`)
  return gone.length
}

/** Deletes lines older than a time that no partition has taken: few. */
export async function removeOlder(db: Db, than: Date): Promise<void> {
  await db.transaction(async (tx) => {
    await noteLost(tx, { before: than })
    await tx.execute(sql`delete from log_lines_default where at < ${than.toISOString()}::timestamptz`)
  })
}

/** Environments that have lines and are gone. */
export async function goneEnvironments(db: Db): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    with recursive e as (
      (select environment_id as id from log_lines order by environment_id limit 1)
      union all
      select (select l.environment_id from log_lines l where l.environment_id > e.id order by l.environment_id limit 1) from e where e.id is not null
    ) select id from e where id is not null and not exists (select 1 from ${environments} where ${environments.id} = e.id)`)
  return rows.map(({ id }) => id)
}

/** Beside what a line says: its other columns, and its places in four indexes. */
const ROW_BYTES = 260
const BYTES = sql`pg_column_size(text) + coalesce(pg_column_size(message), 0) + coalesce(pg_column_size(attributes), 0) + ${sql.raw(String(ROW_BYTES))}`

/** Whose a line is when room is shared: its service's, or its environment's when it is of no service. */
const OWNER = sql`coalesce(service_id, environment_id)`
const isOf = (owner: string) => (owner.startsWith('env_') ? sql`(service_id is null and environment_id = ${owner})` : sql`service_id = ${owner}`)

/** About how many bytes the lines of each owner hold, as they are stored. Reads every line. */
export async function bytesByOwner(db: Db): Promise<{ owner: string; bytes: number }[]> {
  return db.execute<{ owner: string; bytes: number }>(sql`select ${OWNER} as owner, sum(${BYTES})::float8 as bytes from log_lines group by 1`)
}

/** The id of the newest line of an owner that is one too many when so many bytes may stay; null when there are fewer. */
export async function surplusBytesUpTo(db: Db, owner: string, keepBytes: number): Promise<bigint | null> {
  const [row] = await db.execute<{ id: string }>(sql`
    select id::text from (select id, sum(${BYTES}) over (order by id desc) as bytes from log_lines where ${isOf(owner)}) as line
    where bytes > ${keepBytes} order by line.id desc limit 1`)
  return row ? BigInt(row.id) : null
}

export type Surplus = { owner: string; upTo: bigint }

/** How many lines of a day are none too many; 0 for a day that is gone. Reads all of its lines. */
export async function keptOfDay(db: Db, day: string, surplus: readonly Surplus[]): Promise<number> {
  const rows = JSON.stringify(surplus.map(({ owner, upTo }) => ({ o: owner, u: upTo.toString() })))
  const [row] = await db.execute<{ kept: number }>(sql`
    select (count(*) filter (where s.u is null or id > s.u))::float8 as kept
    from ${nameOf(day)} left join json_to_recordset(${rows}::json) as s(o text, u bigint) on s.o = ${OWNER}`)
  return row!.kept
}

/** What a day takes on the disk without its indexes, and what its lines fill of it, in bytes; nothing for a day that is gone. Reads all of its lines. */
export async function fillOfDay(db: Db, day: string): Promise<{ table: number; lines: number }> {
  const isThere = await db.execute<{ name: string | null }>(sql`select to_regclass(${tableNameOf(day)})::text as name`)
  if (!isThere[0]!.name) return { table: 0, lines: 0 }
  const [row] = await db.execute<{ table: number; lines: number }>(sql`select pg_table_size(${tableNameOf(day)}::regclass)::float8 as table, coalesce(sum(pg_column_size(l.*)), 0)::float8 as lines from ${nameOf(day)} l`)
  return row!
}
