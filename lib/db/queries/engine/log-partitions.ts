import { sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { noteLost } from './drains'

// Lines are kept in one partition for each day (UTC) of their time, so that a day that is past its time goes at once. Making or
// dropping one needs a moment in which nobody reads; who asks for it never waits long, because those who come after wait behind.

const PREFIX = 'log_lines_'
const LOCK_MS = 1_000
/** What PostgreSQL says when a lock did not come in time. */
const NOT_NOW = '55P03'

export type Partition = { /** As `2026-01-31`. */ day: string; bytes: number }

/** The day a time is in, as `2026-01-31`. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

/** Makes the partition of a day; lines of it that wait in the default one move. Where that cannot be now they wait on. Repeated: no-op. */
export async function makePartition(db: Db, day: string): Promise<void> {
  await db.execute(sql`select make_log_partition(${day}::date)`)
}

/** Days that have a partition, oldest first, with what each takes on the disk. */
export async function partitions(db: Db): Promise<Partition[]> {
  const rows = await db.execute<{ name: string; bytes: number }>(sql`
    select relid::regclass::text as name, pg_total_relation_size(relid)::float8 as bytes from pg_partition_tree('log_lines')
    where isleaf and relid <> 'log_lines_default'::regclass order by 1`)
  return rows.map(({ name, bytes }) => ({ day: name.slice(PREFIX.length).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'), bytes }))
}

/** Days of lines in the default partition from a day on. Such lines are few: they came before their day was made. */
export async function daysWithoutPartition(db: Db, from: string): Promise<string[]> {
  const rows = await db.execute<{ day: string }>(sql`select distinct to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day from log_lines_default where at >= ${from}::date::timestamp at time zone 'UTC' order by 1`)
  return rows.map(({ day }) => day)
}

/** Drops a day with all of its lines; what drains had still to send of it is counted. False when somebody reads for so long that it cannot be now. */
export async function dropPartition(db: Db, day: string): Promise<boolean> {
  try {
    await db.transaction(async (tx) => {
      await tx.execute(sql`select set_config('lock_timeout', ${String(LOCK_MS)}, true)`)
      await noteLost(tx, { day })
      await tx.execute(sql`drop table if exists ${nameOf(day)}`)
      await tx.execute(sql`delete from log_blocks where from_at >= ${day}::date::timestamp at time zone 'UTC' and until_at <= (${day}::date + 1)::timestamp at time zone 'UTC'`)
    })
    return true
  } catch (error) {
    for (let e: unknown = error; e instanceof Error; e = e.cause) if ((e as { code?: string }).code === NOT_NOW) return false
    throw error
  }
}

/** Gives back to the disk what lines that were removed from a day have left. Whoever reads that day waits meanwhile. */
export async function compactPartition(db: Db, day: string): Promise<void> {
  await db.execute(sql`vacuum full ${nameOf(day)}`)
}

/** The table of a day. */
export function nameOf(day: string) {
  return sql.identifier(tableNameOf(day))
}

/** Its name, for where it is a value. */
export function tableNameOf(day: string): string {
  return `${PREFIX}${day.replaceAll('-', '')}`
}
