import type { DeploymentStatus } from './deployment-status'
import type { Reason } from './service-can'

/**
 * How a job stands. `waiting`: for a worker. `working`: a worker is at it. `retrying`: it failed and is tried again by
 * itself. `dead`: it failed as often as it may, and nothing happens until a person decides. `scheduled`: a routine look
 * at a later time, which the platform has asked itself for.
 */
export const JOB_STATUSES = ['dead', 'retrying', 'working', 'waiting', 'scheduled'] as const
export type JobStatus = (typeof JOB_STATUSES)[number]

export type JobFacts = {
  status: JobStatus
  /** Whether what it is for is being deleted. */
  isGoing: boolean
  /** The deployment it is for, with the number of the newest one of its service. */
  deployment: { number: number; status: DeploymentStatus; newest: number } | null
}

const AT_WORK = 'A worker is at this job now. Wait until it has ended.'

/** Whether a person may have it tried again at once. */
export function canRetryJob(job: JobFacts): Reason {
  if (job.status === 'working') return AT_WORK
  if (job.status !== 'dead' && job.status !== 'retrying') return 'This job has not failed. It runs when its turn comes.'
  const { deployment } = job
  if (deployment === null || waitsForJob(deployment.status)) return null
  if (deployment.status !== 'failed') return `Deployment ${deployment.number} is ${deployment.status}, so nothing is left to do. Discard the job.`
  if (job.isGoing) return 'The service is being deleted, so nothing is left to do. Discard the job.'
  if (deployment.newest > deployment.number) return `Deployment ${deployment.newest} came after deployment ${deployment.number}. Discard the job, or deploy the service again.`
  return null
}

/** Whether a person may have it forgotten. */
export function canDiscardJob(job: Pick<JobFacts, 'status'>): Reason {
  return job.status === 'working' ? AT_WORK : null
}

/** Whether a deployment comes no further without its job; from its release on the reconciler cares for it. */
export function waitsForJob(status: DeploymentStatus): boolean {
  return status === 'queued' || status === 'building'
}

/** Whether to try it again means a new deployment, because the one it was for has failed. */
export function isDeployedAnew(job: Pick<JobFacts, 'deployment'>): boolean {
  return job.deployment?.status === 'failed'
}
