import { sql, type SQL } from 'drizzle-orm'

import type { Db } from '../connection'
import { makeOutlines } from './log-outlines'
import { adapt, COSTS, makeShorter, nextReading, type Means } from './log-readings'
import { blocks, inWindow, withTimeout, type LogQuery } from './log-search'
import { restAfter, type Rest } from './log-slices'
import { wordSpans } from './log-spans'

export type Counted = { /** From 0. */ bucket: number; level: number | null; lines: number }
export type Counting = { bucketMs: number; budgetMs: number }

const FIRST_LENGTH_MS = 60_000
/** Lines of blocks that are counted at once, to begin with. */
const LINES_AT_ONCE = 50_000
const SLICE_TIMEOUT_MS = 1_000

/** Estimates are of about so many lines. */
const SAMPLED_LINES = 100_000
/** Of the blocks of the partitions. */
const MIN_PERCENT = 0.05
const ESTIMATE_MS = 1_500

/**
 * Counts lines by bucket and level, the newest first, within a window that has both ends. What was not counted in time is older
 * than `reachedMs`, and estimated; null when all was.
 */
export async function countLines(db: Db, query: LogQuery, counting: Counting): Promise<{ counts: Counted[]; reachedMs: number | null }> {
  const { counts, reachedMs } = await countExactly(db, query, counting)
  if (reachedMs === null) return { counts, reachedMs }
  return { counts: [...counts, ...(await estimate(db, { ...query, untilMs: reachedMs }, counting))], reachedMs }
}

/** What a sample of the blocks that lines are stored in says of all of them. Nothing, where even that takes too long. */
async function estimate(db: Db, query: LogQuery, { bucketMs }: Counting): Promise<Counted[]> {
  const [stored] = await db.execute<{ lines: number }>(sql`
    select coalesce(sum(greatest(c.reltuples, 0)), 0)::float8 as lines from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'log_lines'::regclass`)
  const percent = Math.min(100, Math.max(MIN_PERCENT, (100 * SAMPLED_LINES) / Math.max(1, stored!.lines)))
  const found = await withTimeout(db, { timeoutMs: ESTIMATE_MS }, (tx) => tx.execute<Counted>(countsOf(query, { bucketMs, from: sql`log_lines tablesample system (${percent}::real) repeatable (1)`, where: sql`${inWindow(query.environmentId, query)} and ${query.condition}` })))
  return (found ?? []).map(({ lines, ...rest }) => ({ ...rest, lines: Math.round((lines * 100) / percent) }))
}

function countsOf({ fromMs }: LogQuery, { bucketMs, from, where }: { bucketMs: number; from: SQL; where: SQL }): SQL {
  return sql`select floor((extract(epoch from at) * 1000 - ${fromMs}::numeric) / ${bucketMs}::numeric)::int as bucket, level, count(*)::int as lines from ${from} where ${where} group by 1, 2`
}

async function countExactly(db: Db, query: LogQuery, { bucketMs, budgetMs }: Counting): Promise<{ counts: Counted[]; reachedMs: number | null }> {
  const endAt = performance.now() + budgetMs
  const counts: Counted[] = []
  const means: Means = {
    lengthMs: FIRST_LENGTH_MS,
    atOnce: LINES_AT_ONCE,
    words: query.lookup === null ? [] : await wordSpans(db),
    outlines: query.candidatesOf === null ? null : makeOutlines(db, { environmentId: query.environmentId, candidatesOf: query.candidatesOf }),
    costs: COSTS,
  }
  let rest: Rest | null = query.fromMs < query.untilMs ? { fromMs: query.fromMs, untilMs: query.untilMs, isOlder: true } : null
  while (rest !== null) {
    const began = performance.now()
    if (began >= endAt) return { counts, reachedMs: rest.untilMs }
    const reading = await nextReading(rest, means)
    const where = reading.isIndexed ? query.lookup! : query.condition
    const from =
      reading.spans === null || reading.spans.length === 1
        ? { from: sql`log_lines`, where: sql`${inWindow(query.environmentId, { ...reading, ...reading.spans?.[0] })} and ${where}` }
        : { from: blocks(query.environmentId, reading.spans), where }
    const timeoutMs = Math.min(SLICE_TIMEOUT_MS, Math.max(1, endAt - began))
    const found = reading.spans?.length === 0 ? [] : await withTimeout(db, { timeoutMs, isIndexed: reading.isIndexed }, (tx) => tx.execute<Counted>(countsOf(query, { bucketMs, ...from })))
    if (found === null) {
      if (!makeShorter(means, reading)) return { counts, reachedMs: rest.untilMs }
      continue
    }
    counts.push(...found)
    adapt(means, reading, performance.now() - began)
    rest = restAfter(rest, reading)
  }
  return { counts, reachedMs: null }
}
