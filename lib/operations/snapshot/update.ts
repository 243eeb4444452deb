import { snapshotUpdate } from '../../contract/snapshot'
import { change, lock } from '../../db/queries/snapshots'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { snapshotView } from './view'

export const updateSnapshot = implement(snapshotUpdate, async (ctx, { snapshotId, isPinned }) => {
  const row = await lock(ctx.db, snapshotId)
  if (!row) throw notFound('snapshot')
  await change(ctx.db, snapshotId, { isPinned })
  await recordHere(ctx, { type: 'snapshot.updated', subject: row.sourceName, serviceId: row.serviceId, data: { snapshot: snapshotId, isPinned } })
  await announce(ctx.db, { kind: 'graph', environmentId: row.environmentId })
  return snapshotView(ctx.db, snapshotId)
})
