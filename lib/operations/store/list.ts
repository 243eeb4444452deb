import { storeList } from '../../contract/store'
import { page } from '../../db/queries/stores'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { storeView } from './view'

export const listStores = implement(storeList, async (ctx, { limit, cursor }) => {
  const rows = await page(ctx.db, ctx.scope.organizationId, { before: decodeCursor(cursor, /^sto_[0-9a-z]{22}$/), limit: limit + 1 })
  const views = await Promise.all(rows.map((row) => storeView(ctx.db, row)))
  return pageOf(views, limit, { view: (view) => view, key: (view) => view.id })
})
