import type { Sql } from '../db/connection'

const LOOSE = ['events', 'log_lines', 'log_cursors', 'workloads', 'workload_uses', 'service_traffic', 'idempotency_keys', 'heartbeats', 'build_turns', 'rate_windows', 'terminal_tickets']

/** Empties the database of a demo: its times are relative to now, so it is filled anew at each start. */
export async function clear(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`delete from projects`
    await tx`delete from organizations`
    await tx`delete from users`
    const present = await tx<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public'`
    for (const { name } of present) if (LOOSE.includes(name)) await tx`delete from ${tx(name)}`
    await tx`select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))`
  })
}
