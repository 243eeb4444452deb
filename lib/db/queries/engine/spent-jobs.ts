import { sql } from 'drizzle-orm'

import type { Db } from '../../connection'

/**
 * Removes jobs that failed as often as they may and that nobody can decide about: a fresh job has taken their place (and
 * with it their key), or what they were for is gone. Returns how many.
 */
export async function removeSpentJobs(db: Db): Promise<number> {
  const rows = await db.execute(sql`
    delete from graphile_worker._private_jobs j
    where j.locked_at is null and j.attempts >= j.max_attempts and (
      j.key is null
      or not exists (select 1 from deployments d where d.id = j.payload ->> 'deploymentId')
        and not exists (select 1 from services s where s.id = j.payload ->> 'serviceId')
        and not exists (select 1 from environments e where e.id = j.payload ->> 'environmentId'))
    returning j.id`)
  return rows.length
}
