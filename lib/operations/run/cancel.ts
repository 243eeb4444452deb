import { runCancel } from '../../contract/run'
import { askForEnd, cancelQueued } from '../../db/queries/runs'
import { find } from '../../db/queries/services'
import { canCancelRun } from '../../domain/service-can'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { runView } from './view'

/**
 * Ends a run that waits at once; of one that is at work it asks for the end, and the worker ends it. Both are guarded by the
 * status: a run that begins or ends meanwhile is not written over.
 */
export const cancelRun = implement(runCancel, async (ctx, { runId }) => {
  const service = await find(ctx.db, ctx.scope.serviceId!)
  if (!service) throw notFound('run')
  const now = ctx.now()
  if (!(await cancelQueued(ctx.db, runId, now)) && !(await askForEnd(ctx.db, runId, now))) demand(canCancelRun(await runView(ctx, runId)))

  await enqueue(ctx.db, { task: 'reconcile', environmentId: service.environmentId })
  await recordHere(ctx, { type: 'run.cancelled', subject: service.name, data: { runId } })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return runView(ctx, runId)
})
