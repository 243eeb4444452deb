import { sql } from 'drizzle-orm'

import type { Db } from '../../connection'

// Lines are kept in one partition for each day (UTC) of their time, so that a day that is past its time goes at once.

/** The day a time is in, as `2026-01-31`. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

/** Makes the partition of a day. Where that cannot be now its lines wait in the default one. Repeated: no-op. */
export async function makePartition(db: Db, day: string): Promise<void> {
  await db.execute(sql`select make_log_partition(${day}::date)`)
}
