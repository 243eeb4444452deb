import { databaseRotate } from '../../contract/rotation'
import * as environments from '../../db/queries/environments'
import { insert } from '../../db/queries/rotations'
import { lock } from '../../db/queries/services'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { outlookOf } from './outlook'
import { rotationView } from './view'

/** Begins it; the worker does the rest, step by step. */
export const rotateDatabase = implement(databaseRotate, async (ctx, { serviceId }) => {
  await environments.lock(ctx.db, ctx.scope.environmentId!)
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  const { cannotRotate, redeploys } = await outlookOf(ctx, serviceId)
  if (cannotRotate !== null) throw new AppError('not_now', cannotRotate)
  const id = newId('rotation')
  const dependants = redeploys.map((one) => ({ ...one, deploymentId: null }))
  if (!(await insert(ctx.db, { id, serviceId, dependants, createdBy: ctx.actor.userId, createdAt: ctx.now() }))) throw new AppError('conflict', `The password of ${service.name} is being rotated already.`)
  await enqueue(ctx.db, { task: 'rotate', rotationId: id, serviceId })
  await recordHere(ctx, { type: 'rotation.started', subject: service.name, data: { rotationId: id, redeploys: redeploys.map(({ name }) => name) } })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return rotationView(ctx, id)
})
