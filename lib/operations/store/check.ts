import { eq } from 'drizzle-orm'

import { storeCheck } from '../../contract/store'
import { lock } from '../../db/queries/stores'
import { stores } from '../../db/schema/store'
import { notFound } from '../../errors'
import { record } from '../../events/record'
import { implement } from '../implement'
import { storeView } from './view'

/** The worker tries what has not been seen. */
export const checkStore = implement(storeCheck, async (ctx, { storeId }) => {
  const { organizationId } = ctx.scope
  const row = await lock(ctx.db, organizationId, storeId)
  if (!row) throw notFound('store')
  await ctx.db.update(stores).set({ seen: null }).where(eq(stores.id, storeId))
  await record(ctx.db, ctx, { type: 'store.checked', subject: row.name, organizationId })
  return storeView(ctx.db, { ...row, seen: null })
})
