import type { Sql } from '../db/connection'

// The time a worker goes by: that of the database, carried on between two looks by a clock that never jumps. So all
// workers agree on it, on whatever machine they run, and a job becomes due for the queue when it is due for us; a clock
// of this machine that is wrong, or is set right, changes nothing.

export type Clock = {
  now(): Date
  /** Asks the database. */
  set(): Promise<void>
  /** Whether it has not jumped for a while: a clock that has may be wrong, and what is removed by its age does not come back. */
  isSteady(): boolean
}

const JUMP_MS = 60_000
const STEADY_MS = 3_600_000

/** A clock that has been set once. Set it again every few seconds: the database's own may jump. */
export async function databaseClock(sql: Sql): Promise<Clock> {
  let at = Number.NaN
  let since = 0
  let jumpedAt = Number.NEGATIVE_INFINITY
  const ms = () => at + (performance.now() - since)
  const set = async () => {
    const before = performance.now()
    const [row] = await sql<{ ms: number }[]>`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`
    const after = performance.now()
    const found = row!.ms + (after - before) / 2
    // Closer than the answer was under way says nothing, and time must not tremble.
    if (Math.abs(found - ms()) <= after - before) return
    if (Math.abs(found - ms()) > JUMP_MS) jumpedAt = after
    at = found
    since = after
  }
  await set()
  return { now: () => new Date(ms()), set, isSteady: () => performance.now() - jumpedAt > STEADY_MS }
}
