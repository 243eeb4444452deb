import { sql, type SQL } from 'drizzle-orm'

import type { LogLineView } from '../../contract/log'
import type { Candidate } from '../../domain/log-block/may-match'
import type { Outline } from '../../domain/log-block/outline'
import { levelName } from '../../domain/log-level'
import type { Db } from '../connection'
import { instantOfMicros, readCursor, writeCursor } from './log-cursor'
import { makeOutlines } from './log-outlines'
import { adapt, COSTS, makeShorter, nextReading, type Means, type Reading } from './log-readings'
import { restAfter, type Rest } from './log-slices'
import { wordSpans, type Span } from './log-spans'

// Finding the newest (or oldest) lines that a condition lets through, among any number of them. The window is read in slices from
// one end, each as long as is likely to be read in a moment; where lines are rare, outlines tell which blocks need not be read, and what has an
// index on words is asked by it. So frequent lines are found at once, rare ones without reading the others, and whatever takes too long ends and
// says how far it came.
// docs/decisions/log-search.md says why.

/**
 * Lines of one environment. `lookup`: the same condition for the index on words; null where that finds nothing by it. `candidatesOf`: the blocks of an
 * outline that the condition can let lines of through; null where every line is read.
 */
export type LogQuery = Span & { environmentId: string; condition: SQL; lookup: SQL | null; candidatesOf: ((outline: Outline) => Candidate[]) | null }
export type Scan = { isOlder: boolean; /** Of the last line before this page, or of where reading has stopped. */ cursor: string | null; limit: number; budgetMs: number }
export type FoundLine = { view: LogLineView; cursor: string }
export type Found = {
  /** In the direction of reading. */
  lines: FoundLine[]
  /** Where the next page begins; null when nothing is left. */
  next: string | null
  /** Time was up when everything up to here was looked at, in milliseconds; null when the page is full or nothing is left. */
  reachedMs: number | null
}

/** Lines that are looked at first: by them it is known how many there are in a time, and how many of them are let through. */
const FIRST_LINES = 5_000
/** Fewer of the first lines than this are let through where an index is asked. */
const RARE_LINES = 50
/** Lines of blocks that are read at once, to begin with. */
const LINES_AT_ONCE = 20_000
const SLICE_TIMEOUT_MS = 500
/** Lines may be long: a page ends after so many bytes, however many lines it may have. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024
/** Any slice may take as long, so that every page gets further. */
const LEAST_TIMEOUT_MS = 50

/** Reads a page, or as much of it as time allows. */
export async function scanLines(db: Db, query: LogQuery, { isOlder, cursor, limit, budgetMs }: Scan): Promise<Found> {
  const endAt = performance.now() + budgetMs
  const start = cursor === null ? null : readCursor(cursor)
  const startMs = start === null ? null : Math.floor(start.micros / 1000)
  const window = await edgesOf(db, query)
  let rest: Rest | null = within({ ...window, isOlder }, startMs)
  const past = start === null ? sql`true` : sql`(at, id) ${isOlder ? sql`<` : sql`>`} (${instantOfMicros(start.micros)}::timestamptz, ${start.id}::bigint)`
  const lines: FoundLine[] = []
  const means: Means = { lengthMs: rest === null ? 0 : await firstLength(db, query, rest), atOnce: LINES_AT_ONCE, words: [], outlines: null, costs: COSTS }
  let isRare = false
  for (let count = 0; rest !== null; count++) {
    const leftMs = endAt - performance.now()
    if (leftMs <= 0 && count > 0) return late(lines, rest)
    const reading = await nextReading(rest, means)
    const began = performance.now()
    const found = reading.spans?.length === 0 ? NOTHING : await read(db, query, { reading, past, isOlder, limit: limit - lines.length, timeoutMs: Math.max(LEAST_TIMEOUT_MS, Math.min(SLICE_TIMEOUT_MS, leftMs)) })
    if (found === null) {
      if (!makeShorter(means, reading)) return late(lines, rest)
      continue
    }
    lines.push(...found.lines)
    if (lines.length >= limit || found.isCut) return { lines, next: lines.at(-1)!.cursor, reachedMs: null }
    adapt(means, reading, performance.now() - began)
    if (!isRare && found.lines.length < RARE_LINES) {
      isRare = true
      means.words = query.lookup === null ? [] : await wordSpans(db)
      means.outlines = query.candidatesOf === null ? null : makeOutlines(db, { environmentId: query.environmentId, candidatesOf: query.candidatesOf })
    }
    rest = restAfter(rest, reading)
  }
  return { lines, next: null, reachedMs: null }
}

const NOTHING = { lines: [], isCut: false }

function late(lines: FoundLine[], rest: Rest): Found {
  const reachedMs = rest.isOlder ? rest.untilMs : rest.fromMs
  return { lines, next: writeCursor({ micros: reachedMs * 1000, id: '0' }), reachedMs }
}

/** The part of a window that has lines. */
async function edgesOf(db: Db, { environmentId, fromMs, untilMs }: LogQuery): Promise<Span> {
  const edge = (order: SQL) => sql`(select extract(epoch from at) * 1000 from log_lines where ${inWindow(environmentId, { fromMs, untilMs })} order by at ${order} limit 1)`
  const [row] = await db.execute<{ first: string | null; last: string | null }>(sql`select ${edge(sql`asc`)} as first, ${edge(sql`desc`)} as last`)
  return row === undefined || row.first === null || row.last === null ? { fromMs: 0, untilMs: 0 } : { fromMs: Math.floor(Number(row.first)), untilMs: Math.floor(Number(row.last)) + 1 }
}

function within(rest: Rest, startMs: number | null): Rest | null {
  const left = startMs === null ? rest : rest.isOlder ? { ...rest, untilMs: Math.min(rest.untilMs, startMs + 1) } : { ...rest, fromMs: Math.max(rest.fromMs, startMs) }
  return left.fromMs < left.untilMs ? left : null
}

/** How long a slice with the first lines is. */
async function firstLength(db: Db, { environmentId }: LogQuery, rest: Rest): Promise<number> {
  const [row] = await db.execute<{ ms: string }>(sql`
    select extract(epoch from at) * 1000 as ms from log_lines where ${inWindow(environmentId, rest)} order by at ${rest.isOlder ? sql`desc` : sql`asc`} offset ${FIRST_LINES} limit 1`)
  if (!row) return rest.untilMs - rest.fromMs
  return Math.max(1, rest.isOlder ? rest.untilMs - Math.floor(Number(row.ms)) : Math.floor(Number(row.ms)) + 1 - rest.fromMs)
}

type Asked = { reading: Reading; past: SQL; isOlder: boolean; limit: number; timeoutMs: number }

/** The first lines of what is read; null when that takes too long. */
async function read(db: Db, { environmentId, condition, lookup }: LogQuery, { reading, past, isOlder, limit, timeoutMs }: Asked): Promise<{ lines: FoundLine[]; isCut: boolean } | null> {
  const order = isOlder ? sql`at desc, id desc` : sql`at, id`
  const where = reading.isIndexed ? lookup! : condition
  const from = reading.spans === null || reading.spans.length === 1 ? sql`log_lines where ${inWindow(environmentId, { ...reading, ...reading.spans?.[0] })}` : sql`${blocks(environmentId, reading.spans)} where true`
  const page = sql`select *, octet_length(text) + coalesce(octet_length(message), 0) as bytes from ${from} and ${past} and ${where} order by ${order} limit ${limit}`
  // At the end by the columns themselves: what is selected as `id` is a text, in which 10 comes before 9.
  const rows = await withTimeout(db, { timeoutMs, isIndexed: reading.isIndexed }, (tx) =>
    tx.execute<Row & { of: number }>(sql`
      select ${COLUMNS}, of from (select *, sum(bytes) over (order by ${order} rows unbounded preceding) - bytes as held, count(*) over ()::int as of from (${page}) page) measured
      where held < ${MAX_PAGE_BYTES} order by ${isOlder ? sql`measured.at desc, measured.id desc` : sql`measured.at, measured.id`}`),
  )
  return rows === null ? null : { lines: rows.map(foundLine), isCut: rows.length < (rows[0]?.of ?? 0) }
}

/** The lines of several spans, to be read from. */
export function blocks(environmentId: string, spans: readonly Span[]): SQL {
  const list = (of: (span: Span) => number) => sql`${`{${spans.map((span) => instant(of(span))).join()}}`}::text::timestamptz[]`
  // What is asked of a line is asked outside: not knowing how short the spans are, the planner would else look all of a service up.
  return sql`(
    select l.* from unnest(${list(({ fromMs }) => fromMs)}, ${list(({ untilMs }) => untilMs)}) b(from_at, until_at)
    cross join lateral (select * from log_lines where environment_id = ${environmentId} and at >= b.from_at and at < b.until_at offset 0) l offset 0) block_lines`
}

type Row = { id: string; at: Date | string; micros: string; level: number | null } & Pick<LogLineView, 'kind' | 'stream' | 'serviceId' | 'deploymentId' | 'part' | 'message' | 'attributes' | 'text'>

/** What a line is made of, for statements that are not Drizzle's. */
export const COLUMNS = sql`id::text as id, (extract(epoch from at) * 1000000)::bigint::text as micros, kind, stream, service_id as "serviceId", deployment_id as "deploymentId", part, level, message, attributes, text`

/** A row of `COLUMNS` as it is told. */
export function foundLine(row: Row): FoundLine {
  const { id, kind, stream, serviceId, deploymentId, part, message, attributes, text } = row
  const micros = Number(row.micros)
  return { view: { id, at: new Date(Math.floor(micros / 1000)).toISOString(), kind, stream, serviceId, deploymentId, part, level: levelName(row.level), message, attributes, text }, cursor: writeCursor({ micros, id }) }
}

/** Lines of an environment in a span of time. `isIndexed`: those that the index on words is asked for, and no other index. */
export function inWindow(environmentId: string, { fromMs, untilMs, isIndexed = false }: Span & { isIndexed?: boolean }): SQL {
  // An index on time looks better than it is where much was stored since the database last counted.
  const environment = isIndexed ? sql`environment_id || '' = ${environmentId}` : sql`environment_id = ${environmentId}`
  return sql`${environment} and at >= ${instant(fromMs)}::timestamptz and at < ${instant(untilMs)}::timestamptz`
}

function instant(ms: number): string {
  return ms === -Infinity ? '-infinity' : ms === Infinity ? 'infinity' : new Date(ms).toISOString()
}

const CANCELLED = '57014'

/** Does a read that ends when it takes too long; then it is null. */
export async function withTimeout<T>(db: Db, { timeoutMs, isIndexed = false }: { timeoutMs: number; isIndexed?: boolean }, read: (tx: Db) => Promise<T>): Promise<T | null> {
  try {
    return await db.transaction(
      async (tx) => {
        // Reading a whole day for an hour of it is never right. Where an index on words is asked it is known to be the better one.
        await tx.execute(sql`select set_config('statement_timeout', ${String(Math.ceil(timeoutMs))}, true), set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', ${isIndexed ? 'off' : 'on'}, true)`)
        return read(tx)
      },
      { accessMode: 'read only' },
    )
  } catch (error) {
    if (codeOf(error) === CANCELLED) return null
    throw error
  }
}

function codeOf(error: unknown): string | undefined {
  for (let each: unknown = error; each instanceof Error; each = each.cause) if ('code' in each) return String(each.code)
  return undefined
}
