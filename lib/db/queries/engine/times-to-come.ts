import { sql } from 'drizzle-orm'

import type { Db } from '../../connection'

// Times that a clock noted which went ahead and was set back since. What waits for such a time to pass would wait for as
// long as the clock was wrong; so it is taken for now. Only times that decide something are looked at.

/** Clocks of several machines differ by less. */
const TOLERANCE_S = 5

const PROGRESSING = `select id from deployments where status in ('queued', 'building', 'releasing')`
const SEEN = `select active_deployment_id from services where active_deployment_id is not null union select deployment_id from workloads`

const DECISIVE: readonly { table: string; columns: readonly string[]; of?: string }[] = [
  { table: 'services', columns: ['held_at', 'sleeping_at', 'woken_at'] },
  { table: 'deployments', columns: ['created_at', 'started_at', 'released_at', 'prepared_at', 'activated_at', 'retired_at'], of: `id in (${PROGRESSING} union ${SEEN})` },
  { table: 'workloads', columns: ['first_seen_at', 'changed_at'] },
  { table: 'runs', columns: ['started_at'], of: `status = 'running'` },
  { table: 'service_traffic', columns: ['last_at'] },
  { table: 'domains', columns: ['since', 'held_at', 'checked_at'] },
]

/** No host name is put off for longer. */
const NEXT_LOOK = '70 minutes'

/** Sets times to come to now. Answers how many rows had any. */
export async function pullBack(db: Db, now: Date): Promise<number> {
  let rows = 0
  const at = sql`${now.toISOString()}::timestamptz`
  const latest = sql`${at} + make_interval(secs => ${TOLERANCE_S})`
  for (const { table, columns, of = 'true' } of DECISIVE) {
    const values = sql.join(columns.map((column) => sql`${sql.raw(column)} = case when ${sql.raw(column)} > ${latest} then ${at} else ${sql.raw(column)} end`), sql`, `)
    const found = await db.execute(sql`update ${sql.raw(table)} set ${values} where greatest(${sql.raw(columns.join(', '))}) > ${latest} and ${sql.raw(of)} returning 1`)
    rows += found.length
  }
  const looks = await db.execute(sql`update domains set next_check_at = ${at} where next_check_at > ${at} + ${NEXT_LOOK}::interval returning 1`)
  // How long is waited after an attempt was counted from when it was made.
  const orders = await db.execute(sql`update acme_orders set placed_at = ${at}, retry_after = case when retry_after is null then null else ${at} end, ended_at = case when ended_at is null then null else ${at} end where placed_at > ${latest} returning 1`)
  return rows + looks.length + orders.length
}

/** Makes jobs due that were put off by such a clock; the queue goes by the clock of the database. */
export async function pullJobsBack(db: Db): Promise<number> {
  const latest = sql`now() + make_interval(secs => ${TOLERANCE_S})`
  const rows = await db.execute(sql`
    update graphile_worker._private_jobs set
      run_at = case when locked_at is null then now() else run_at end,
      locked_at = case when locked_at > ${latest} then now() else locked_at end,
      updated_at = now()
    where updated_at > ${latest} or locked_at > ${latest} returning 1`)
  return rows.length
}
