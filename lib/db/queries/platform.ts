import { asc, sql } from 'drizzle-orm'

import type { JobStatus } from '../../domain/job'
import type { Db } from '../connection'
import { organizations } from '../schema/account'

// How the platform itself is, over all organizations.

/** The organization that was there first: whoever set this installation up. */
export async function firstOrganization(db: Db): Promise<string | null> {
  const [row] = await db.select({ id: organizations.id }).from(organizations).orderBy(asc(organizations.createdAt), asc(organizations.id)).limit(1)
  return row?.id ?? null
}

/** Jobs by what becomes of them, and for how long the first of those that could be begun has waited. */
export async function queueOfAll(db: Db): Promise<{ counts: Map<JobStatus, number>; oldestMs: number | null }> {
  const rows = await db.execute<{ status: JobStatus; n: number; oldestMs: number | null }>(sql`
    with jobs as (
      select case when j.locked_at is not null then 'working' when j.attempts >= j.max_attempts then 'dead' when j.attempts > 0 then 'retrying'
        when t.identifier = 'look-again' then 'scheduled' else 'waiting' end as status,
        case when j.locked_at is null and j.attempts < j.max_attempts and j.run_at <= now() then extract(epoch from now() - j.run_at) * 1000 end as waited
      from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where j.key is not null or j.locked_at is not null or j.attempts < j.max_attempts)
    select status, count(*)::int as n, max(waited)::float8 as "oldestMs" from jobs group by status`)
  const waits = rows.flatMap(({ oldestMs }) => (oldestMs === null ? [] : [oldestMs]))
  return { counts: new Map(rows.map(({ status, n }) => [status, n])), oldestMs: waits.length === 0 ? null : Math.round(Math.max(...waits)) }
}

export type Connections = { name: string; total: number; active: number; inTransaction: number; waiting: number }

/** Who holds connections to the platform's own database, how many there may be, and how large it is. */
export async function databaseNow(db: Db): Promise<{ connections: Connections[]; allowed: number; sizeBytes: number }> {
  const connections = await db.execute<Connections>(sql`
    select coalesce(nullif(application_name, ''), 'other') as name, count(*)::int as total,
      count(*) filter (where state = 'active')::int as active,
      count(*) filter (where state like 'idle in transaction%')::int as "inTransaction",
      count(*) filter (where wait_event_type = 'Lock')::int as waiting
    from pg_stat_activity where datname = current_database() group by 1 order by 1`)
  const [row] = await db.execute<{ allowed: number; sizeBytes: number }>(sql`select current_setting('max_connections')::int as allowed, pg_database_size(current_database())::float8 as "sizeBytes"`)
  return { connections: [...connections], ...row! }
}
