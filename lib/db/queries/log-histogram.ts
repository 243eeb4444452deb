import { sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { inWindow, withTimeout, type LogQuery } from './log-search'
import { nextLength, nextSlice, restAfter, shorterLength, type Rest } from './log-slices'
import { wordSpans } from './log-spans'

export type Counted = { /** From 0. */ bucket: number; level: number | null; lines: number }
export type Counting = { bucketMs: number; budgetMs: number }

const FIRST_LENGTH_MS = 60_000
const SLICE_TIMEOUT_MS = 1_000

/**
 * Counts lines by bucket and level, the newest first, within a window that has both ends. What was not counted in time is older
 * than `reachedMs`; null when all was.
 */
export async function countLines(db: Db, query: LogQuery, { bucketMs, budgetMs }: Counting): Promise<{ counts: Counted[]; reachedMs: number | null }> {
  const endAt = performance.now() + budgetMs
  const counts: Counted[] = []
  const spans = query.lookup === null ? [] : await wordSpans(db)
  let rest: Rest | null = query.fromMs < query.untilMs ? { fromMs: query.fromMs, untilMs: query.untilMs, isOlder: true } : null
  let lengthMs = FIRST_LENGTH_MS
  let usable = spans
  while (rest !== null) {
    const began = performance.now()
    if (began >= endAt) return { counts, reachedMs: rest.untilMs }
    const slice = nextSlice(rest, lengthMs, usable)
    const where = slice.isIndexed ? query.lookup! : query.condition
    const found = await withTimeout(db, { timeoutMs: Math.min(SLICE_TIMEOUT_MS, Math.max(1, endAt - began)), isIndexed: slice.isIndexed }, (tx) =>
      tx.execute<{ bucket: number; level: number | null; lines: number }>(sql`
        select floor((extract(epoch from at) * 1000 - ${query.fromMs}::numeric) / ${bucketMs}::numeric)::int as bucket, level, count(*)::int as lines
        from log_lines where ${inWindow(query.environmentId, slice)} and ${where} group by 1, 2`),
    )
    if (found === null) {
      const shorter = shorterLength(slice.untilMs - slice.fromMs)
      if (shorter === null) return { counts, reachedMs: rest.untilMs }
      usable = []
      lengthMs = shorter
      continue
    }
    counts.push(...found)
    if (!slice.isIndexed) lengthMs = nextLength(lengthMs, performance.now() - began)
    rest = restAfter(rest, slice)
  }
  return { counts, reachedMs: null }
}
