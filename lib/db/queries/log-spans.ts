import { sql } from 'drizzle-orm'

import type { Db } from '../connection'

// Which times have an index on the words of their lines. Each is an index of its own on one partition, built when the time is over
// (engine/log-words), and its name says of which time.

/** Milliseconds; `untilMs` is not within. */
export type Span = { fromMs: number; untilMs: number }

const PREFIX = 'log_words_'

/** The name of the index of a span: when it begins (UTC), and how many minutes it is long. */
export function spanName({ fromMs, untilMs }: Span): string {
  return `${PREFIX}${new Date(fromMs).toISOString().slice(0, 16).replace(/\D/g, '')}_${(untilMs - fromMs) / 60_000}`
}

/** The span that an index of this name is of; null for another index. */
export function readSpanName(name: string): Span | null {
  const [, year, month, day, hour, minute, minutes] = /^log_words_(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)_(\d+)$/.exec(name) ?? []
  if (minutes === undefined) return null
  const fromMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
  return { fromMs, untilMs: fromMs + Number(minutes) * 60_000 }
}

/** Every index on words; one that is not valid was not finished and answers nothing. */
export async function wordIndexes(db: Db): Promise<{ name: string; span: Span; isValid: boolean }[]> {
  const rows = await db.execute<{ name: string; isValid: boolean }>(sql`
    select c.relname as name, i.indisvalid as "isValid" from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relkind = 'i' and starts_with(c.relname::text, ${PREFIX}) and c.relnamespace = current_schema()::regnamespace order by c.relname`)
  return rows.flatMap(({ name, isValid }) => {
    const span = readSpanName(name)
    return span === null ? [] : [{ name, span, isValid }]
  })
}

/** The spans whose words can be looked up, the longest first where several hold the same time. */
export async function wordSpans(db: Db): Promise<Span[]> {
  const spans = (await wordIndexes(db)).filter(({ isValid }) => isValid).map(({ span }) => span)
  return spans.sort((a, b) => b.untilMs - b.fromMs - (a.untilMs - a.fromMs))
}
