import type { JobView } from '../../contract/job'
import { ERROR_LENGTH, type JobRow } from '../../db/queries/jobs'
import type { JobFacts } from '../../domain/job'
import { titleOf } from './title'

/** A row of the queue as it is shown. */
export function jobView(row: JobRow): JobView {
  return {
    id: jobId(row.id),
    task: row.task,
    title: titleOf(row),
    status: row.status,
    project: { id: row.projectId, name: row.project },
    environment: { id: row.environmentId, name: row.environment },
    service: row.serviceId === null ? null : { id: row.serviceId, name: row.service! },
    deployment: deploymentOf(row),
    isGoing: row.isGoing,
    attempts: row.attempts,
    maxAttempts: row.maxAttempts,
    error: row.attempts > 0 && row.error !== null ? tellable(row.error) : null,
    createdAt: instant(row.createdAt),
    startedAt: row.lockedAt === null ? null : instant(row.lockedAt),
    nextAt: row.status === 'working' || row.status === 'dead' ? null : instant(row.runAt),
    worker: row.worker,
  }
}

/** What the rules need to know of a job. */
export function jobFacts(row: JobRow): JobFacts {
  return { status: row.status, isGoing: row.isGoing, deployment: deploymentOf(row) }
}

/** The id of a job as the contract writes it. */
export function jobId(id: string): string {
  return `job_${id}`
}

/** The queue's own number in an id. */
export function numberOf(id: string): string {
  return id.slice('job_'.length)
}

function deploymentOf(row: JobRow) {
  if (row.deploymentId === null) return null
  return { id: row.deploymentId, number: row.number!, status: row.deploymentStatus!, newest: row.newest ?? row.number! }
}

/** Failed statements name the values they were given, which are nobody's to read here; the log of the platform has them. */
function tellable(error: string): string {
  const [text = ''] = error.split('\nparams:')
  return text.length > ERROR_LENGTH ? `${text.slice(0, ERROR_LENGTH)}…` : text
}

function instant(text: string): string {
  return new Date(text).toISOString()
}
