import { snapshotDelete } from '../../contract/snapshot'
import { change, lock, openRestore } from '../../db/queries/snapshots'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { implement } from '../implement'
import { recordHere } from '../record-here'

/** Gone for everyone at once; the worker takes its bytes away. */
export const deleteSnapshot = implement(snapshotDelete, async (ctx, { snapshotId }) => {
  const row = await lock(ctx.db, snapshotId)
  if (!row) throw notFound('snapshot')
  if (row.status === 'running' || (row.status === 'queued' && row.deploymentId !== null)) throw new AppError('not_now', 'This snapshot is being made. Cancel it, or wait until it is, then delete it.')
  if (await openRestore(ctx.db, { snapshotId })) throw new AppError('not_now', 'A restore needs this snapshot. Wait until it has ended.')
  await change(ctx.db, snapshotId, { status: 'removing' })
  await enqueue(ctx.db, { task: 'remove-snapshot', snapshotId, environmentId: row.environmentId })
  await recordHere(ctx, { type: 'snapshot.deleted', subject: row.sourceName, serviceId: row.serviceId, data: { snapshot: snapshotId } })
  await announce(ctx.db, { kind: 'graph', environmentId: row.environmentId })
  return { ok: true as const }
})
