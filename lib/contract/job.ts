import { z } from 'zod'

import { DEPLOYMENT_STATUSES } from '../domain/deployment-status'
import { JOB_STATUSES } from '../domain/job'
import { idSchema } from '../ids'
import { Done, PageInput, Timestamp, page } from './common'
import { DeploymentView } from './deployment'
import { allow, command, query } from './entry'

const organizationId = idSchema('organization')
/** Jobs are numbered by the queue. */
const JobId = z.string().regex(/^job_[1-9]\d{0,17}$/, 'Must be an id such as job_123.')

const Named = z.strictObject({ id: z.string(), name: z.string() })

/** Where a thing is, from the project down. */
const Place = {
  project: Named,
  environment: Named,
  service: Named.nullable(),
}

export const JobView = z.strictObject({
  id: JobId,
  task: z.string(),
  /** What it is in words: `Build deployment 4 of api`. */
  title: z.string(),
  status: z.enum(JOB_STATUSES),
  ...Place,
  /** The deployment it is for, with the number of the newest one of its service. */
  deployment: z.strictObject({ id: idSchema('deployment'), number: z.number().int(), status: z.enum(DEPLOYMENT_STATUSES), newest: z.number().int() }).nullable(),
  /** Whether what it is for is being deleted: nothing leads there any more. */
  isGoing: z.boolean(),
  /** How often it was begun, the present time included. */
  attempts: z.number().int(),
  maxAttempts: z.number().int(),
  /** What went wrong last; cut when it is very long. */
  error: z.string().nullable(),
  createdAt: Timestamp,
  /** Since when a worker is at it. */
  startedAt: Timestamp.nullable(),
  /** Not before this time is it begun; null when a worker is at it, and when it is dead. */
  nextAt: Timestamp.nullable(),
  /** The worker that is at it. */
  worker: z.string().nullable(),
})
export type JobView = z.infer<typeof JobView>

export const jobList = query('job.list', {
  summary: 'What the queue holds for an organization: what needs a person first, then the newest',
  input: z.strictObject({
    organizationId,
    /** Jobs in this state only. Without it all but the scheduled ones, which are routine. */
    status: z.enum(JOB_STATUSES).optional(),
    ...PageInput,
  }),
  output: page(JobView),
  access: allow('job.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/jobs', status: 200 },
  cli: 'job list <organizationId>',
  fails: ['not_found'],
})

const Check = z.strictObject({ ok: z.boolean(), message: z.string() })

export const WorkerView = z.strictObject({
  name: z.string(),
  /** Its last sign of life. */
  at: Timestamp,
  isAlive: z.boolean(),
  /** Jobs of this organization it is at. */
  working: z.number().int(),
  /** What it found when it last looked; null before its first look. */
  ingress: Check.nullable(),
  runtime: Check.nullable(),
})
export type WorkerView = z.infer<typeof WorkerView>

/** A deployment on its way that nobody will go on with. It is ended with a reason within a minute. */
export const AbandonedView = z.strictObject({ ...Place, service: Named, deployment: z.strictObject({ id: idSchema('deployment'), number: z.number().int(), status: z.enum(DEPLOYMENT_STATUSES) }), since: Timestamp })
export type AbandonedView = z.infer<typeof AbandonedView>

/** An environment that does not come to match what is wanted, with what was found; or that was not looked at for too long (null). */
export const UnseenView = z.strictObject({ project: Named, environment: Named, /** It is being deleted, and something of it is still there. */ isGoing: z.boolean(), since: Timestamp, message: z.string().nullable() })
export type UnseenView = z.infer<typeof UnseenView>

export const JobOverview = z.strictObject({
  counts: z.strictObject({ dead: z.number().int(), retrying: z.number().int(), working: z.number().int(), waiting: z.number().int(), scheduled: z.number().int() }),
  workers: z.array(WorkerView),
  /** Those stuck longest, 20 at most of each. */
  stuck: z.strictObject({ deployments: z.array(AbandonedView), environments: z.array(UnseenView) }),
})
export type JobOverview = z.infer<typeof JobOverview>

export const jobOverview = query('job.overview', {
  summary: 'How many jobs wait, are at work or have failed, who works, and what is stuck',
  input: z.strictObject({ organizationId }),
  output: JobOverview,
  access: allow('job.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/jobs/overview', status: 200 },
  cli: 'job overview <organizationId>',
  fails: ['not_found'],
})

export const jobRetry = command('job.retry', {
  summary: 'Try a failed job again now, with fresh attempts; when its deployment has failed, deploy anew',
  input: z.strictObject({ organizationId, jobId: JobId }),
  /** The job that does it now; `deployment` is the new one when there is one. */
  output: z.strictObject({ job: JobView, deployment: DeploymentView.nullable() }),
  access: allow('job.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/jobs/{jobId}/retry', status: 202 },
  cli: 'job retry <organizationId> <jobId>',
  fails: ['not_found', 'not_now'],
})

export const jobDiscard = command('job.discard', {
  summary: 'Forget a job; a deployment that waits for it is cancelled',
  input: z.strictObject({ organizationId, jobId: JobId }),
  output: Done,
  access: allow('job.manage', 'organization'),
  http: { method: 'DELETE', path: '/organizations/{organizationId}/jobs/{jobId}', status: 202 },
  cli: 'job discard <organizationId> <jobId>',
  fails: ['not_found', 'not_now'],
})
