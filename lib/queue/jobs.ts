import { sql } from 'drizzle-orm'

import type { Db } from '../db/connection'

// Jobs are rows, added inside the caller's transaction: a change and the work it causes are committed together or not
// at all. A payload carries ids only; whoever works on it reads the rest fresh.

export type Job =
  /** Take a queued deployment to its release. */
  | { task: 'run-deployment'; deploymentId: string; serviceId: string }
  /** Make an environment match what is wanted. Any number of requests are one job. */
  | { task: 'reconcile'; environmentId: string; at?: Date }
  /** Read a service's source and plan its build. */
  | { task: 'inspect'; serviceId: string }

/** Adds a job, or moves the waiting one of the same key forward. */
export async function enqueue(db: Db, job: Job): Promise<void> {
  const { payload, queue, key, runAt } = describe(job)
  await db.execute(sql`
    select graphile_worker.add_job(
      ${job.task}, payload => ${JSON.stringify(payload)}::json, queue_name => ${queue}, run_at => ${runAt?.toISOString() ?? null}::timestamptz,
      max_attempts => 10, job_key => ${key}, job_key_mode => 'replace'
    )`)
}

function describe(job: Job): { payload: Record<string, string>; queue: string | null; key: string; runAt: Date | undefined } {
  switch (job.task) {
    case 'run-deployment':
      return { payload: { deploymentId: job.deploymentId }, queue: `build:${job.serviceId}`, key: `deployment:${job.deploymentId}`, runAt: undefined }
    case 'reconcile':
      return { payload: { environmentId: job.environmentId }, queue: `environment:${job.environmentId}`, key: `reconcile:${job.environmentId}`, runAt: job.at }
    case 'inspect':
      return { payload: { serviceId: job.serviceId }, queue: `inspect:${job.serviceId}`, key: `inspect:${job.serviceId}`, runAt: undefined }
  }
}
