import { restoreCancel } from '../../contract/snapshot'
import { nextNumber } from '../../db/queries/deployments'
import { lock as lockService, want } from '../../db/queries/services'
import { cancelRestoring, cancelTaking, lockRestore, nodeOfVolume, type RestoreRow } from '../../db/queries/snapshots'
import { holdersOf } from '../../db/queries/volumes'
import { whyRestoreGoesOn } from '../../domain/snapshot'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { deleteService } from '../service/delete'
import { deleteVolume } from '../volume/delete'
import { whyNotDeleted } from '../volume/delete-rule'
import { restoreView } from './view'

/** Ends a restore that has touched nothing. What was stopped for it runs again; what was drawn for it goes. */
export const cancelRestore = implement(restoreCancel, async (ctx, { restoreId }) => {
  // Whoever stops something for it, or begins to replace, holds the row as well.
  const restore = await lockRestore(ctx.db, restoreId)
  if (!restore) throw notFound('restore')
  if (!(await cancelRestoring(ctx.db, restoreId, ctx.now()))) throw new AppError('not_now', whyRestoreGoesOn(restore) ?? 'This restore has ended already.')
  const { environmentId, safetySnapshotId } = restore
  if (safetySnapshotId !== null && (await cancelTaking(ctx.db, safetySnapshotId, ctx.now()))) await announce(ctx.db, { kind: 'cancel', id: safetySnapshotId })
  for (const id of restore.stopped ?? []) if ((await lockService(ctx.db, id))?.desired === 'stopped') await want(ctx.db, id, 'running', ctx.now())
  const view = await restoreView(ctx.db, restoreId)
  await recordHere(ctx, { type: 'snapshot.restore_cancelled', subject: view.target, serviceId: restore.serviceId, data: { snapshot: restore.snapshotId } })
  if (restore.isNew) await removeDrawn(ctx, restore)
  await enqueue(ctx.db, { task: 'reconcile', environmentId })
  await announce(ctx.db, { kind: 'cancel', id: restoreId })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return view
})

/** Nobody asked for an empty one. What somebody has used meanwhile stays. */
async function removeDrawn(ctx: ScopedCtx, { volumeId, serviceId }: RestoreRow): Promise<void> {
  if (serviceId !== null && (await lockService(ctx.db, serviceId)) && (await nextNumber(ctx.db, serviceId)) === 1) await deleteService.run(ctx, { keep: false, serviceId })
  const node = await nodeOfVolume(ctx.db, volumeId)
  if (node && whyNotDeleted(node.volume, await holdersOf(ctx.db, node.volume)) === null) await deleteVolume.run(ctx, { volumeId, confirm: node.volume.name })
}
