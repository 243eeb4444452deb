import { sql } from 'drizzle-orm'

import type { OutlinedLine } from '../../../domain/log-block/outline'
import type { Db } from '../../connection'
import type { Span } from '../log-spans'
import type { LineOwner } from './log-lines'

// Outlines of lines that are stored, by which searching leaves out what it need not read. An outline that does not know of a line would hide it, so
// three things keep each true, whoever stores or dies when:
//
// 1. A row is there, without an outline, before the lines are read (`beginOutline`).
// 2. Whoever might store lines without seeing that row is waited for, so their lines are read (`storingNow`, `areStoring`).
// 3. Whoever stores lines removes the rows of their time, in the same transaction (`forgetOutlines`); then `keepOutline` finds none.

/** A time of an environment whose lines have no outline. */
export type Unoutlined = Span & { environmentId: string }

/** Spans of this length within a time that have at least so many lines and no outline, the newest first. */
export async function withoutOutline(db: Db, { fromMs, untilMs }: Span, { lengthMs, atLeast, limit }: { lengthMs: number; atLeast: number; limit: number }): Promise<Unoutlined[]> {
  const rows = await db.execute<{ environmentId: string; fromMs: number }>(sql`
    select e.id as "environmentId", (extract(epoch from s.at) * 1000)::float8 as "fromMs"
    from generate_series(${iso(fromMs)}::timestamptz, ${iso(untilMs - lengthMs)}::timestamptz, ${lengthMs}::float8 * interval '1 ms') s(at) cross join environments e
    cross join lateral (select count(*) as lines from (
      select from log_lines l where l.environment_id = e.id and l.at >= s.at and l.at < s.at + ${lengthMs}::float8 * interval '1 ms' limit ${atLeast}) few) of
    where of.lines >= ${atLeast}
      and not exists (select from log_blocks b where b.environment_id = e.id and b.from_at = s.at and b.until_at = s.at + ${lengthMs}::float8 * interval '1 ms' and b.outline is not null)
    order by s.at desc, e.id limit ${limit}`)
  return rows.map(({ environmentId, fromMs: from }) => ({ environmentId, fromMs: Number(from), untilMs: Number(from) + lengthMs }))
}

/** Says that an outline is being made, and by which attempt: of several the last one counts. */
export async function beginOutline(db: Db, { environmentId, fromMs, untilMs }: Unoutlined): Promise<string> {
  const [row] = await db.execute<{ attempt: string }>(sql`
    insert into log_blocks (environment_id, from_at, until_at) values (${environmentId}, ${iso(fromMs)}::timestamptz, ${iso(untilMs)}::timestamptz)
    on conflict (environment_id, until_at, from_at) do update set outline = null returning xmin::text as attempt`)
  return row!.attempt
}

/** The transactions that may be storing lines at the moment. */
export async function storingNow(db: Db): Promise<string[]> {
  // Whoever writes to the partitioned table or to a part of it has this lock before it has an id for a line.
  const rows = await db.execute<{ transaction: string }>(sql`
    select distinct l.virtualtransaction as transaction from pg_locks l
    where l.locktype = 'relation' and l.mode = 'RowExclusiveLock' and l.granted and l.database = (select oid from pg_database where datname = current_database())
      and l.relation in (select relid from pg_partition_tree('log_lines')) and l.pid <> pg_backend_pid()`)
  return rows.map(({ transaction }) => transaction)
}

/** Whether one of these is not over. */
export async function areStoring(db: Db, transactions: readonly string[]): Promise<boolean> {
  if (transactions.length === 0) return false
  const rows = await db.execute(sql`select from pg_locks where locktype = 'virtualxid' and virtualxid in ${transactions} limit 1`)
  return rows.length > 0
}

/** More than an outline needs of a text. */
const MOST_CHARACTERS = 4_000
/** A number of more digits than one of JavaScript has, where PostgreSQL writes numbers in JSON. */
const LONG_NUMBER = /[:[,] ?-?\d[\d.]{15}/

type Row = { id: string; at: string; ms: number; serviceId: string | null; deploymentId: string | null; kind: string; stream: string; part: string | null; level: number | null; message: string | null; attributes: string | null; text: string; isWhole: boolean }
export type Page = { lines: OutlinedLine[]; /** Where the next one begins; null for none. */ next: { at: string; id: string } | null }

/** Lines of a span in the order of their times. */
export async function linesToOutline(db: Db, { environmentId, fromMs, untilMs }: Unoutlined, { after, limit }: { after: Page['next']; limit: number }): Promise<Page> {
  const past = after === null ? sql`true` : sql`(at, id) > (${after.at}::timestamptz, ${after.id}::bigint)`
  const rows = await db.execute<Row>(sql`
    select id::text as id, at::text as at, floor(extract(epoch from at) * 1000)::float8 as ms, service_id as "serviceId", deployment_id as "deploymentId", kind, stream, part, level,
      left(message, ${MOST_CHARACTERS}) as message, attributes::text as attributes, left(text, ${MOST_CHARACTERS}) as text, length(text) <= ${MOST_CHARACTERS} as "isWhole"
    from log_lines where environment_id = ${environmentId} and at >= ${iso(fromMs)}::timestamptz and at < ${iso(untilMs)}::timestamptz and ${past}
    order by log_lines.at, log_lines.id limit ${limit}`)
  const last = rows.at(-1)
  return { lines: rows.map(outlined), next: rows.length < limit || last === undefined ? null : { at: last.at, id: last.id } }
}

function outlined({ id: _id, at: _at, ms, attributes, text, ...rest }: Row): OutlinedLine {
  return { ...rest, text, atMs: Number(ms), isExact: attributes === null || !LONG_NUMBER.test(attributes), attributes: attributes === null ? null : (JSON.parse(attributes) as Record<string, unknown>) }
}

/** Keeps an outline, unless lines of its time were stored since it was begun. */
export async function keepOutline(db: Db, { environmentId, fromMs, untilMs }: Unoutlined, { outline, attempt }: { outline: string; attempt: string }): Promise<void> {
  await db.execute(sql`
    update log_blocks set outline = ${outline}
    where environment_id = ${environmentId} and from_at = ${iso(fromMs)}::timestamptz and until_at = ${iso(untilMs)}::timestamptz and xmin::text = ${attempt}`)
}

/** Removes the outlines of times of which lines are stored, which they do not know of. */
export async function forgetOutlines(tx: Db, { environmentId }: Pick<LineOwner, 'environmentId'>, minutes: readonly number[]): Promise<void> {
  if (minutes.length === 0) return
  const from = Math.min(...minutes) * 60_000
  // Outlines are of what is over: mostly there is none that ends after this.
  await tx.execute(sql`
    delete from log_blocks b where b.environment_id = ${environmentId} and b.until_at > ${iso(from)}::timestamptz
      and exists (select from unnest(${`{${[...minutes].join()}}`}::text::float8[]) m where to_timestamp(m * 60) < b.until_at and to_timestamp(m * 60 + 60) > b.from_at)`)
}

/** Removes the outlines of lines before a time. */
export async function removeOutlines(db: Db, before: Date): Promise<void> {
  await db.execute(sql`delete from log_blocks where until_at <= ${before.toISOString()}::timestamptz or environment_id not in (select id from environments)`)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
