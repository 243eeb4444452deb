import { rotationRetry } from '../../contract/rotation'
import { change, statusesOf } from '../../db/queries/rotations'
import { cannotRetry } from '../../domain/rotation'
import { AppError } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { holdRotation } from './hold'
import { rotationView } from './view'

/** Goes on where it stopped; deployments that failed for it are asked for anew. */
export const retryRotation = implement(rotationRetry, async (ctx, { rotationId }) => {
  const { rotation, service } = await holdRotation(ctx, rotationId)
  const complaint = cannotRetry(rotation)
  if (complaint !== null) throw new AppError('not_now', complaint)
  const statuses = await statusesOf(ctx.db, rotation.dependants.flatMap(({ deploymentId }) => deploymentId ?? []))
  const hasFailed = (id: string | null) => id !== null && ['failed', 'cancelled'].includes(statuses.get(id) ?? 'failed')
  const dependants = rotation.dependants.map(({ serviceId, name, deploymentId }) => ({ serviceId, name, deploymentId: hasFailed(deploymentId) ? null : deploymentId }))
  await change(ctx.db, rotationId, { status: 'running', message: null, dependants })
  await enqueue(ctx.db, { task: 'rotate', rotationId, serviceId: service.id })
  await recordHere(ctx, { type: 'rotation.retried', subject: service.name, data: { rotationId, step: rotation.step } })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return rotationView(ctx, rotationId)
})
