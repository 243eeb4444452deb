import { snapshotCancel } from '../../contract/snapshot'
import { cancelTaking, change, lock } from '../../db/queries/snapshots'
import { whyNotCancelled } from '../../domain/snapshot'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { wakeDeployment } from '../../queue/wake-deployment'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { snapshotView } from './view'

/** Ends the making or the trial of a snapshot; whoever is at it writes only what is still wanted, and takes away what there is. */
export const cancelSnapshot = implement(snapshotCancel, async (ctx, { snapshotId }) => {
  const row = await lock(ctx.db, snapshotId)
  if (!row) throw notFound('snapshot')
  const complaint = whyNotCancelled({ ...row, isBeingProven: row.proofAskedAt !== null })
  if (complaint !== null) throw new AppError('not_now', complaint)
  const isTrial = !(await cancelTaking(ctx.db, snapshotId, ctx.now()))
  if (isTrial) await change(ctx.db, snapshotId, { proofAskedAt: null })
  await recordHere(ctx, { type: isTrial ? 'snapshot.trial_cancelled' : 'snapshot.cancelled', subject: row.sourceName, serviceId: row.serviceId, data: { snapshot: snapshotId } })
  await announce(ctx.db, { kind: 'cancel', id: snapshotId })
  if (!isTrial) await wakeDeployment(ctx.db, row.deploymentId)
  await announce(ctx.db, { kind: 'graph', environmentId: row.environmentId })
  return snapshotView(ctx.db, snapshotId)
})
