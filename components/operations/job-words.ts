import type { JobView } from '@/lib/contract/job'
import type { JobStatus } from '@/lib/domain/job'
import type { StateShape, StateTone } from '@/lib/domain/service-state'

/** The one table of words and marks for the state of a job. */
export const JOB_STATUS: Record<JobStatus, { word: string; tone: StateTone; shape: StateShape; explanation: string; none: string }> = {
  dead: { word: 'Dead', tone: 'bad', shape: 'cross', explanation: 'It failed as often as it may. Nothing happens until someone retries or discards it.', none: 'Nothing has been given up.' },
  retrying: { word: 'Retrying', tone: 'warning', shape: 'triangle', explanation: 'It failed and is tried again by itself.', none: 'Nothing is being tried again.' },
  working: { word: 'Working', tone: 'progress', shape: 'ring', explanation: 'A worker is at it.', none: 'No worker is at a job of this organization.' },
  waiting: { word: 'Waiting', tone: 'neutral', shape: 'dashed', explanation: 'It waits for a worker.', none: 'Nothing waits.' },
  scheduled: { word: 'Scheduled', tone: 'quiet', shape: 'crescent', explanation: 'A routine look at a later time.', none: 'No look is scheduled.' },
}

/** What is lost with a job, in a sentence or two. */
export function lossOf(job: Pick<JobView, 'task' | 'service' | 'environment' | 'deployment' | 'isGoing'>): string {
  const { deployment } = job
  const service = job.service?.name ?? 'the service'
  if (job.isGoing) return 'What it is for is being deleted anyway. Nothing else is lost.'
  if (deployment?.status === 'queued' || deployment?.status === 'building') return `Deployment ${deployment.number} of ${service} is cancelled. The version that serves now stays.`
  if (deployment !== null) return `Deployment ${deployment.number} of ${service} is ${deployment.status} and stays so. Its error is forgotten.`
  if (job.task === 'inspect') return `The plan for building ${service} stays unread until someone has its source read again. What runs is not touched.`
  if (job.task === 'rotate') return `The error is forgotten. The rotation of ${service} goes on by itself within a minute; cancel it there to go back to the former password.`
  return `The error is forgotten. ${job.environment.name} is looked at again within half a minute by itself, so nothing else is lost.`
}
