import { jobRetry } from '../../contract/job'
import { find, findByKey, remove, runNow } from '../../db/queries/jobs'
import { canRetryJob, isDeployedAnew } from '../../domain/job'
import { deploymentKey } from '../../queue/jobs'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { deployAgain } from './deploy-again'
import { about, holdJob } from './hold'
import { jobFacts, jobView } from './view'

/**
 * Has a failed job tried again now, with fresh attempts. When the deployment it was for has failed, there is nothing to go
 * on with: a new one takes its place, and with it a new job.
 */
export const retryJob = implement(jobRetry, async (ctx, { jobId }) => {
  const job = await holdJob(ctx, jobId)
  demand(canRetryJob(jobFacts(job)))
  const here = about(ctx, job)
  const { organizationId } = ctx.scope
  const { serviceId, deploymentId } = job
  const isAnew = isDeployedAnew(jobFacts(job)) && serviceId !== null && deploymentId !== null
  const deployment = isAnew ? await deployAgain({ ...here, scope: { ...here.scope, serviceId, deploymentId } }) : null
  await (deployment ? remove(ctx.db, job.id) : runNow(ctx.db, job.id))
  const now = deployment ? await findByKey(ctx.db, organizationId, deploymentKey(deployment.id)) : await find(ctx.db, organizationId, job.id)
  await recordHere(here, { type: 'job.retried', subject: jobView(job).title, data: { job: jobId, deployment: deployment?.number ?? null } })
  return { job: jobView(now!), deployment }
})
