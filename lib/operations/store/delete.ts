import { storeDelete } from '../../contract/store'
import { lock, markDeleted, plannedInto, heldBy } from '../../db/queries/stores'
import { AppError, notFound } from '../../errors'
import { record } from '../../events/record'
import { implement } from '../implement'

/** Gone for everyone at once; the worker removes what environments that are gone may have left in it. */
export const deleteStore = implement(storeDelete, async (ctx, { storeId }) => {
  const { organizationId } = ctx.scope
  const store = await lock(ctx.db, organizationId, storeId)
  if (!store) throw notFound('store')
  const { snapshots } = await heldBy(ctx.db, storeId)
  if (snapshots > 0) throw new AppError('not_now', `${snapshots === 1 ? 'A snapshot lies' : `${snapshots} snapshots lie`} in ${store.name}. Delete ${snapshots === 1 ? 'it' : 'them'} first.`)
  const planned = await plannedInto(ctx.db, storeId)
  if (planned.length > 0) throw new AppError('not_now', `Snapshots of ${planned.join(', ')} are kept in ${store.name} by schedule. Choose another place there first.`)
  await markDeleted(ctx.db, storeId, ctx.now())
  await record(ctx.db, ctx, { type: 'store.deleted', subject: store.name, organizationId })
  return { ok: true as const }
})
