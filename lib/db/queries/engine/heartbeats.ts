import { eq, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { heartbeats } from '../../schema/observed'

export type Detail = NonNullable<typeof heartbeats.$inferSelect['detail']>

/** A sign of life, with the ids under which this worker locks jobs. */
export async function beat(db: Db, name: string, runnerIds: readonly string[], detail: Detail): Promise<void> {
  const row = { kind: 'worker' as const, at: sql`now()`, runnerIds: [...runnerIds], detail }
  await db.insert(heartbeats).values({ name, ...row }).onConflictDoUpdate({ target: heartbeats.name, set: row })
}

export async function remove(db: Db, name: string): Promise<void> {
  await db.delete(heartbeats).where(eq(heartbeats.name, name))
}

export async function all(db: Db): Promise<{ name: string; runnerIds: string[] }[]> {
  return db.select({ name: heartbeats.name, runnerIds: heartbeats.runnerIds }).from(heartbeats)
}

/**
 * Gives back the jobs that these runners hold. That their worker died is not counted against them; one without a key was
 * replaced by a fresh one meanwhile, and stays spent.
 */
export async function unlockJobs(db: Db, runnerIds: readonly string[]): Promise<void> {
  if (runnerIds.length === 0) return
  const ids = sql`array(select json_array_elements_text(${JSON.stringify(runnerIds)}::json))`
  await db.transaction(async (tx) => {
    await tx.execute(sql`update graphile_worker._private_jobs set attempts = greatest(attempts - 1, 0) where locked_by = any(${ids}) and key is not null`)
    await tx.execute(sql`select graphile_worker.force_unlock_workers(${ids})`)
  })
}

/** Runners that have held a job for a while and belong to no worker that is known. */
export async function unknownRunners(db: Db, forS: number): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select distinct locked_by as id from graphile_worker.jobs
    where locked_by is not null and locked_at < now() - make_interval(secs => ${forS})
      and not exists (select 1 from heartbeats h where h.runner_ids ? locked_by)`)
  return rows.map((row) => row.id)
}
