import { sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { spanName, wordIndexes, type Span } from '../log-spans'

// Indexes on the words of lines, by which rare ones are found without reading the others. Keeping one up to date while lines are stored
// would cost more than storing them, so each is of a time that is over, and is built beside those who write and read.

const EXTENSION = 'pg_trgm'

/** Why there can be no such indexes, as a sentence that says what to do. */
const MISSING = {
  'not installed': 'The server lacks the extension pg_trgm, which comes with the additional modules of PostgreSQL (contrib). Install them.',
  'not allowed': 'The user of the database may not create the extension pg_trgm. Let its owner do so once: CREATE EXTENSION pg_trgm.',
  'elsewhere': 'The extension pg_trgm is in a schema that is not searched. Let its owner move it: ALTER EXTENSION pg_trgm SET SCHEMA public.',
}
export type WordsMissing = { reason: keyof typeof MISSING; advice: string }

/** Makes sure that there can be such indexes. Null when there can; else why not. */
export async function readyWords(db: Db): Promise<WordsMissing | null> {
  const missing = (reason: keyof typeof MISSING): WordsMissing => ({ reason, advice: MISSING[reason] })
  const look = async () =>
    (await db.execute<{ isThere: boolean; isInReach: boolean; isToHave: boolean }>(sql`
      select exists (select from pg_extension where extname = ${EXTENSION}) as "isThere", exists (select from pg_available_extensions where name = ${EXTENSION}) as "isToHave",
        exists (select from pg_opclass where opcname = 'gin_trgm_ops' and pg_opclass_is_visible(oid)) as "isInReach"`))[0]!
  const found = await look()
  if (!found.isThere && !found.isToHave) return missing('not installed')
  if (!found.isThere && !(await db.execute(sql.raw(`create extension if not exists ${EXTENSION}`)).then(() => true, () => false))) return missing('not allowed')
  return found.isInReach || (await look()).isInReach ? null : missing('elsewhere')
}

/** Whether at least so many lines are of a time. */
export async function hasLines(db: Db, { fromMs, untilMs }: Span, atLeast: number): Promise<boolean> {
  const [row] = await db.execute<{ lines: number }>(sql`
    select coalesce(sum(of.lines), 0)::int as lines from environments e cross join lateral (
      select count(*) as lines from (
        select from log_lines where environment_id = e.id and at >= ${iso(fromMs)}::timestamptz and at < ${iso(untilMs)}::timestamptz limit ${atLeast}) l) of`)
  return row!.lines >= atLeast
}

/** Builds the index of a time within one day. Takes its time, and keeps nobody from storing or reading. */
export async function buildWordIndex(db: Db, span: Span): Promise<void> {
  const partition = `log_lines_${iso(span.fromMs).slice(0, 10).replaceAll('-', '')}`
  // Neither of the names nor the times is anybody's input.
  await db.execute(
    sql.raw(`create index concurrently if not exists ${spanName(span)} on ${partition}
      using gin (log_words(text, message) gin_trgm_ops, lower(attributes::text collate "C") gin_trgm_ops) where at >= '${iso(span.fromMs)}' and at < '${iso(span.untilMs)}'`),
  )
}

/** Removes an index on words. */
export async function dropWordIndex(db: Db, span: Span): Promise<void> {
  await db.execute(sql.raw(`drop index concurrently if exists ${spanName(span)}`))
}

/** Removes the indexes on words of a day (as `2026-01-31`). Whoever builds them finds it without, and builds them again. */
export async function dropWordIndexesOf(db: Db, day: string): Promise<void> {
  for (const { span } of await wordIndexes(db)) if (iso(span.fromMs).startsWith(day)) await dropWordIndex(db, span)
}

/** Spans of indexes that were begun and not finished, as by a worker that died; not those that are being built. */
export async function unfinishedSpans(db: Db): Promise<Span[]> {
  const invalid = (await wordIndexes(db)).filter(({ isValid }) => !isValid)
  if (invalid.length === 0) return []
  const rows = await db.execute<{ name: string }>(sql`select c.relname as name from pg_stat_progress_create_index p join pg_class c on c.oid = p.index_relid`)
  const building = new Set(rows.map(({ name }) => name))
  return invalid.filter(({ name }) => !building.has(name)).map(({ span }) => span)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
