import { sql } from 'drizzle-orm'

import type { Candidate } from '../../domain/log-block/may-match'
import type { Outline } from '../../domain/log-block/outline'
import { readOutline } from '../../domain/log-block/packed'
import type { Db } from '../connection'
import type { Rest } from './log-slices'
import type { Span } from './log-spans'

// Where in a window a filter can let lines through, as far as outlines tell (`domain/log-block`, `engine/log-blocks`).

/** A time that has an outline, and what of it has to be read: in the order of time. */
export type Outlined = Span & { candidates: readonly Candidate[] }

/** Outlines of times that are read soon: the first are few, because a page may be full soon. */
const FIRST_SPANS = 12
const MOST_SPANS = 96

/** Tells of one window after the other, in the direction of reading. */
export function makeOutlines(db: Db, { environmentId, candidatesOf }: { environmentId: string; candidatesOf: (outline: Outline) => Candidate[] }): { at(rest: Rest): Promise<Outlined | null>; edge(rest: Rest): number | null } {
  let known: Outlined[] = []
  let isAll = false
  let limit = FIRST_SPANS
  const load = async ({ fromMs, untilMs, isOlder }: Rest) => {
    const window = sql`environment_id = ${environmentId} and until_at > ${instant(fromMs)}::timestamptz and from_at < ${instant(untilMs)}::timestamptz`
    const rows = await db.execute<{ fromMs: number; untilMs: number; outline: string }>(sql`
      select (extract(epoch from from_at) * 1000)::float8 as "fromMs", (extract(epoch from until_at) * 1000)::float8 as "untilMs", outline from log_blocks
      where ${window} and outline is not null order by ${isOlder ? sql`until_at desc, from_at desc` : sql`until_at, from_at`} limit ${limit}`)
    isAll = rows.length < limit
    limit = Math.min(MOST_SPANS, limit * 4)
    known = rows.flatMap((row) => outlined(row, candidatesOf))
  }
  const next = ({ fromMs, untilMs, isOlder }: Rest) => known.find((each) => (isOlder ? each.fromMs < untilMs : each.untilMs > fromMs))
  return {
    /** Of the time in which reading goes on; null where that has none. */
    async at(rest) {
      if (next(rest) === undefined && !isAll) await load(rest)
      const first = rest.isOlder ? rest.untilMs - 1 : rest.fromMs
      const found = next(rest)
      return found !== undefined && found.fromMs <= first && first < found.untilMs ? found : null
    },
    /** Where the next one begins; null when there is none. */
    edge(rest) {
      const found = next(rest)
      return found === undefined ? null : rest.isOlder ? found.untilMs : found.fromMs
    },
  }
}

function outlined({ fromMs, untilMs, outline }: { fromMs: number; untilMs: number; outline: string }, candidatesOf: (outline: Outline) => Candidate[]): Outlined[] {
  const read = readOutline(outline)
  if (read === null) return []
  return [{ fromMs: Number(fromMs), untilMs: Number(untilMs), candidates: candidatesOf(read) }]
}

function instant(ms: number): string {
  return ms === -Infinity ? '-infinity' : ms === Infinity ? 'infinity' : new Date(ms).toISOString()
}
