import { find, hold, type JobRow } from '../../db/queries/jobs'
import { lock } from '../../db/queries/services'
import { AppError } from '../../errors'
import type { ScopedCtx } from '../context'
import { numberOf } from './view'

/** A job of the organization, held with its service, as it is now. One that has ended meanwhile is as absent as another's. */
export async function holdJob(ctx: ScopedCtx, jobId: string): Promise<JobRow> {
  const { organizationId } = ctx.scope
  const id = numberOf(jobId)
  const found = await find(ctx.db, organizationId, id)
  if (!found) throw absent()
  if (found.serviceId !== null) await lock(ctx.db, found.serviceId)
  await hold(ctx.db, id)
  const held = await find(ctx.db, organizationId, id)
  if (!held) throw absent()
  return held
}

/** The call as one about what the job is for. */
export function about(ctx: ScopedCtx, job: JobRow): ScopedCtx {
  const { projectId, environmentId, serviceId, deploymentId } = job
  return { ...ctx, scope: { organizationId: ctx.scope.organizationId, projectId, environmentId, serviceId, deploymentId } }
}

function absent(): AppError {
  return new AppError('not_found', 'There is no such job here. It may have ended meanwhile; look at the list again.')
}
