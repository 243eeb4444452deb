import { snapshotProve } from '../../contract/snapshot'
import { change, lock } from '../../db/queries/snapshots'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { whyNotTried } from './rules'
import { snapshotView } from './view'

/** Asks for a trial restore; nothing that runs is touched. */
export const proveSnapshot = implement(snapshotProve, async (ctx, { snapshotId }) => {
  const row = await lock(ctx.db, snapshotId)
  if (!row) throw notFound('snapshot')
  if (row.status !== 'done') throw new AppError('not_now', 'This snapshot is not complete, so there is nothing to try.')
  demand(await whyNotTried(ctx, row))
  if (row.proofAskedAt === null) {
    await change(ctx.db, snapshotId, { proofAskedAt: ctx.now() })
    await enqueue(ctx.db, { task: 'prove-snapshot', snapshotId, environmentId: row.environmentId })
  }
  await recordHere(ctx, { type: 'snapshot.updated', subject: row.sourceName, serviceId: row.serviceId, data: { snapshot: snapshotId, isBeingProven: true } })
  await announce(ctx.db, { kind: 'graph', environmentId: row.environmentId })
  return snapshotView(ctx.db, snapshotId)
})
