import { jobDiscard } from '../../contract/job'
import { remove, type JobRow } from '../../db/queries/jobs'
import { find, setInspection } from '../../db/queries/services'
import { canDiscardJob, waitsForJob } from '../../domain/job'
import { announce } from '../../events/announce'
import type { ScopedCtx } from '../context'
import { demand } from '../demand'
import { cancelDeployment } from '../deployment/cancel'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { about, holdJob } from './hold'
import { jobFacts, jobView } from './view'

/** Forgets a job, and ends what would otherwise wait for it for ever. */
export const discardJob = implement(jobDiscard, async (ctx, { jobId }) => {
  const job = await holdJob(ctx, jobId)
  demand(canDiscardJob(jobFacts(job)))
  const here = about(ctx, job)
  await remove(ctx.db, job.id)
  if (!job.isGoing) await endWaiting(here, job)
  await recordHere(here, { type: 'job.discarded', subject: jobView(job).title, data: { job: jobId } })
  return { ok: true as const }
})

async function endWaiting(ctx: ScopedCtx, job: JobRow): Promise<void> {
  if (job.deploymentId !== null && waitsForJob(job.deploymentStatus!)) await cancelDeployment.run(ctx, { deploymentId: job.deploymentId })
  if (job.task === 'inspect') await endInspection(ctx, job.serviceId!)
}

async function endInspection(ctx: ScopedCtx, serviceId: string): Promise<void> {
  const service = await find(ctx.db, serviceId)
  if (service?.inspection?.status !== 'pending') return
  const failure = { reason: 'internal', message: 'Reading the source was given up. Have it read again.' } as const
  await setInspection(ctx.db, serviceId, { ...service.inspection, status: 'failed', failure, at: ctx.now().toISOString() })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
}
