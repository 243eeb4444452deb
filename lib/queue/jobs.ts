import { sql } from 'drizzle-orm'

import type { Db } from '../db/connection'
import { turnOf } from '../db/queries/build-turns'
import { carriedTrace } from '../trace'

// Jobs are rows, added inside the caller's transaction: a change and the work it causes are committed together or not
// at all. A payload carries ids only, and the trace it is a part of; whoever works on it reads the rest fresh.
//
// The queue's named queues are not used: while one runner looks for a job, it holds every free named queue for a moment,
// and another that looks just then finds nothing and sleeps until its next poll. What must not run at once takes a lock.

export type Job =
  /** Take a queued deployment to its release. */
  | { task: 'run-deployment'; deploymentId: string; serviceId: string; at?: Date | undefined }
  /** Make an environment match what is wanted, now. Any number of requests are one job. */
  | { task: 'reconcile'; environmentId: string }
  /** Look at an environment again at a later time. The last such request counts; it never delays a `reconcile`. */
  | { task: 'look-again'; environmentId: string; at: Date }
  /** Go on with replacing the credentials of a database. */
  | { task: 'rotate'; rotationId: string; serviceId: string; at?: Date | undefined }
  /** Read a service's source and plan its build. */
  | { task: 'inspect'; serviceId: string; at?: Date | undefined }
  /** Make a snapshot. */
  | { task: 'take-snapshot'; snapshotId: string; environmentId: string; at?: Date | undefined }
  /** Put a snapshot in the place of what a volume holds. */
  | { task: 'restore-snapshot'; restoreId: string; environmentId: string; at?: Date | undefined }
  /** Restore a snapshot on trial. */
  | { task: 'prove-snapshot'; snapshotId: string; environmentId: string; at?: Date | undefined }
  /** Remove the bytes of a snapshot, then its row. */
  | { task: 'remove-snapshot'; snapshotId: string; environmentId: string }
  /** Go on with the copies of data into a new environment. */
  | { task: 'branch'; environmentId: string; at?: Date | undefined }
  /** Send what is in the outbox of a notification channel. */
  | { task: 'deliver-alerts'; channelId: string; at?: Date | undefined }
  /** Ask an authority for the certificate of a host name, or for the next one. */
  | { task: 'issue-certificate'; domainId: string; serviceId: string }

export type Task = Job['task'] | 'release-deployment'

/** How often a job is tried, with longer and longer pauses. After that it stays where it is, for a person to look at. */
const MAX_ATTEMPTS: Record<Task, number> = { 'run-deployment': 4, 'release-deployment': 4, inspect: 3, rotate: 4, reconcile: 10, 'look-again': 10, 'take-snapshot': 4, 'restore-snapshot': 6, 'prove-snapshot': 3, 'remove-snapshot': 10, branch: 10, 'deliver-alerts': 10, 'issue-certificate': 4 }

/** Adds a job, or moves the waiting one of the same key. A job that is being worked on is followed by a new one. */
export async function enqueue(db: Db, job: Job): Promise<void> {
  const task = await taskOf(db, job)
  const priority = task === 'run-deployment' && job.task === task ? await turnOf(db, job.deploymentId) : 0
  const { payload: ids, key, runAt } = describe(job)
  const carried = carriedTrace()
  const payload = carried === null ? ids : { ...ids, trace: carried }
  await db.execute(sql`
    select graphile_worker.add_job(
      ${task}, payload => ${JSON.stringify(payload)}::json, run_at => ${runAt?.toISOString() ?? null}::timestamptz,
      max_attempts => ${MAX_ATTEMPTS[task]}, job_key => ${key}, job_key_mode => 'replace', priority => ${priority}
    )`)
}

/** A deployment that has its build already (a rollback, a redeploy) does not wait for a free builder. */
async function taskOf(db: Db, job: Job): Promise<Task> {
  if (job.task !== 'run-deployment') return job.task
  const [row] = await db.execute<{ built: boolean }>(sql`select artifact_id is not null as built from deployments where id = ${job.deploymentId}`)
  return row?.built ? 'release-deployment' : 'run-deployment'
}

function describe(job: Job): { payload: Record<string, string>; key: string; runAt: Date | undefined } {
  switch (job.task) {
    case 'run-deployment':
      return { payload: { deploymentId: job.deploymentId }, key: deploymentKey(job.deploymentId), runAt: job.at }
    case 'reconcile':
      return { payload: { environmentId: job.environmentId }, key: `reconcile:${job.environmentId}`, runAt: undefined }
    case 'look-again':
      return { payload: { environmentId: job.environmentId }, key: `look:${job.environmentId}`, runAt: job.at }
    case 'rotate':
      return { payload: { rotationId: job.rotationId, serviceId: job.serviceId }, key: `rotation:${job.rotationId}`, runAt: job.at }
    case 'inspect':
      return { payload: { serviceId: job.serviceId }, key: `inspect:${job.serviceId}`, runAt: job.at }
    case 'take-snapshot':
      return { payload: { snapshotId: job.snapshotId, environmentId: job.environmentId }, key: `snapshot:${job.snapshotId}`, runAt: job.at }
    case 'restore-snapshot':
      return { payload: { restoreId: job.restoreId, environmentId: job.environmentId }, key: `restore:${job.restoreId}`, runAt: job.at }
    case 'prove-snapshot':
      return { payload: { snapshotId: job.snapshotId, environmentId: job.environmentId }, key: `prove-snapshot:${job.snapshotId}`, runAt: job.at }
    case 'remove-snapshot':
      return { payload: { snapshotId: job.snapshotId, environmentId: job.environmentId }, key: `remove-snapshot:${job.snapshotId}`, runAt: undefined }
    case 'branch':
      return { payload: { environmentId: job.environmentId }, key: `branch:${job.environmentId}`, runAt: job.at }
    case 'deliver-alerts':
      return { payload: { channelId: job.channelId }, key: `channel:${job.channelId}`, runAt: job.at }
    case 'issue-certificate':
      return { payload: { domainId: job.domainId, serviceId: job.serviceId }, key: `certificate:${job.domainId}`, runAt: undefined }
  }
}

/** Key of the job that takes a deployment to its release. */
export function deploymentKey(deploymentId: string): string {
  return `deployment:${deploymentId}`
}
