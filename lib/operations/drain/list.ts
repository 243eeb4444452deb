import { drainList } from '../../contract/drain'
import { page } from '../../db/queries/drains'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { drainView } from './view'

export const listDrains = implement(drainList, async (ctx, { limit, cursor }) => {
  const rows = await page(ctx.db, ctx.scope.organizationId, { before: decodeCursor(cursor, /^drn_[0-9a-z]{22}$/), limit: limit + 1 })
  const views = await Promise.all(rows.map((row) => drainView(ctx.db, row, ctx.now())))
  return pageOf(views, limit, { view: (view) => view, key: (view) => view.id })
})
