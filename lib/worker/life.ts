import postgres from 'postgres'

import type { Database, Sql } from '../db/connection'
import * as heartbeats from '../db/queries/engine/heartbeats'
import type { Log } from '../log'

// Who lives. Each worker holds a lock of PostgreSQL in its name, on a connection of its own: the moment it dies, however
// that is, the lock is free, and another worker gives its jobs back to the queue. A heart-beat alone would take seconds
// to be missed, and would take a busy worker for a dead one.

const UNKNOWN_AFTER_S = 30

/** What one worker does for all. */
export const ROLES = ['logs', 'house', 'traffic', 'branches', 'targets', 'registries', 'use', 'storage', 'volumes', 'snapshots', 'stores', 'alerts', 'drains', 'certificates', 'domains'] as const
export type Role = (typeof ROLES)[number]

export type Life = {
  /** Takes the lock, or takes it again after the connection was lost. */
  hold(): Promise<void>
  /** Whether this process has the lock of this name, shared among all workers; taken when it is free. */
  lead(role: Role): Promise<boolean>
  /** Gives the jobs of dead workers back to the queue. */
  takeOver(): Promise<void>
  end(): Promise<void>
}

export function makeLife(options: { databaseUrl: string; name: string; db: Database['db']; log: Log }): Life {
  const { name, db, log } = options
  const sql = postgres(options.databaseUrl, { max: 1, idle_timeout: 0, max_lifetime: null, connect_timeout: 10, onnotice: () => {}, connection: { application_name: 'easel-worker-life' } })
  const tryTake = async (what: string) => ((await sql`select pg_try_advisory_lock(hashtextextended(${what}, 0)) as taken`)[0]!.taken as boolean)
  return {
    hold: () => retake(sql, lockName(name)).then((taken) => void (taken || log.error({ worker: name }, 'another process holds the name of this worker'))),
    lead: (role) => retake(sql, roleLockName(role)),
    async takeOver() {
      for (const other of await heartbeats.all(db)) {
        if (other.name === name || !(await tryTake(lockName(other.name)))) continue
        await heartbeats.unlockJobs(db, other.runnerIds)
        await heartbeats.remove(db, other.name)
        await release(sql, lockName(other.name))
        log.warn({ worker: other.name, runners: other.runnerIds.length }, 'a worker has died, its jobs are taken over')
      }
      await heartbeats.unlockJobs(db, await heartbeats.unknownRunners(db, UNKNOWN_AFTER_S))
    },
    async end() {
      await heartbeats.remove(db, name).catch(() => undefined)
      await sql.end({ timeout: 2 })
    },
  }
}

/** Session locks count; taking one that is held already would need as many releases. */
async function retake(sql: Sql, what: string): Promise<boolean> {
  const [row] = await sql`
    select case when exists (
      select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
        and ((classid::bigint << 32) | objid::bigint) = hashtextextended(${what}, 0) and objsubid = 1
    ) then true else pg_try_advisory_lock(hashtextextended(${what}, 0)) end as taken`
  return row!.taken as boolean
}

async function release(sql: Sql, what: string): Promise<void> {
  await sql`select pg_advisory_unlock(hashtextextended(${what}, 0))`
}

/** Name of the lock that a worker holds as long as it lives. */
export function lockName(name: string): string {
  return `worker:${name}`
}

/** Name of the lock held by whoever does this for all. */
export function roleLockName(role: Role): string {
  return `lead:${role}`
}
