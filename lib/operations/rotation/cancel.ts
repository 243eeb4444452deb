import { rotationCancel } from '../../contract/rotation'
import { change } from '../../db/queries/rotations'
import { cannotCancel } from '../../domain/rotation'
import { AppError } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { holdRotation } from './hold'
import { rotationView } from './view'

/** Turns round: references lead back, who was redeployed is so again, and the new password is refused. */
export const cancelRotation = implement(rotationCancel, async (ctx, { rotationId }) => {
  const { rotation, service } = await holdRotation(ctx, rotationId)
  const complaint = cannotCancel(rotation)
  if (complaint !== null) throw new AppError('not_now', complaint)
  // Nobody has heard of the new one.
  const isUnbegun = rotation.step === 'make'
  await change(ctx.db, rotationId, isUnbegun ? { status: 'cancelled', message: null, finishedAt: ctx.now() } : { status: 'running', isReturning: true, step: 'write', message: null, dependants: [] })
  if (!isUnbegun) await enqueue(ctx.db, { task: 'rotate', rotationId, serviceId: service.id })
  await recordHere(ctx, { type: 'rotation.cancelled', subject: service.name, data: { rotationId, step: rotation.step } })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return rotationView(ctx, rotationId)
})
