import { runCreate } from '../../contract/run'
import { countOpen, insert } from '../../db/queries/runs'
import { lock } from '../../db/queries/services'
import { MOST_OPEN_RUNS } from '../../domain/run-status'
import { canRun } from '../../domain/service-can'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { factsOf } from '../service/facts'
import { runView } from './view'

/** Queues a run of the version that is active; the worker starts it. */
export const createRun = implement(runCreate, async (ctx, { serviceId }) => {
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  demand(canRun(await factsOf(ctx.db, service)))
  if ((await countOpen(ctx.db, serviceId)) >= MOST_OPEN_RUNS) {
    throw new AppError('limit_exceeded', `${MOST_OPEN_RUNS} runs of this service wait or are at work already. Cancel one, or wait until one has ended.`)
  }
  const id = newId('run')
  const deploymentId = service.activeDeploymentId!
  await insert(ctx.db, { id, serviceId, deploymentId, trigger: 'manual', status: 'queued', dueAt: ctx.now(), createdBy: ctx.actor.userId })
  await enqueue(ctx.db, { task: 'reconcile', environmentId: service.environmentId })
  await recordHere(ctx, { type: 'run.queued', subject: service.name, deploymentId, data: { runId: id } })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return runView(ctx, id)
})
