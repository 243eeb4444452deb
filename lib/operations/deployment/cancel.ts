import { deploymentCancel } from '../../contract/deployment'
import * as deployments from '../../db/queries/deployments'
import { handBackTarget, lock } from '../../db/queries/services'
import { cancelRunning } from '../../db/queries/stages'
import { canCancel } from '../../domain/service-can'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { cancelSnapshotsBefore } from './cancel-snapshots'
import { deploymentView } from './view'

/**
 * Moves a deployment that still progresses to cancelled; whoever moves it further is guarded by its status and comes too
 * late. The worker ends its commands when it is told, and at the latest when it looks again.
 */
export const cancelDeployment = implement(deploymentCancel, async (ctx, { deploymentId }) => {
  const service = await lock(ctx.db, ctx.scope.serviceId!)
  if (!service) throw notFound('deployment')
  const isCancelled = await deployments.cancel(ctx.db, deploymentId, ctx.now())
  const view = await deploymentView(ctx, deploymentId)
  if (!isCancelled) demand(canCancel(view))

  await cancelRunning(ctx.db, [deploymentId], ctx.now())
  await cancelSnapshotsBefore(ctx, [deploymentId])
  await handBackTarget(ctx.db, service.id, deploymentId)
  await enqueue(ctx.db, { task: 'reconcile', environmentId: service.environmentId })
  await recordHere(ctx, { type: 'deployment.cancelled', subject: service.name, data: { number: view.number } })
  await announce(ctx.db, { kind: 'cancel', id: deploymentId })
  await announce(ctx.db, { kind: 'deployment', environmentId: service.environmentId, deploymentId })
  return deploymentView(ctx, deploymentId)
})
