import { targetList } from '../../contract/target'
import { page } from '../../db/queries/targets'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { toTargetView } from './view'

export const listTargets = implement(targetList, async (ctx, { limit, cursor }) => {
  const rows = await page(ctx.db, ctx.scope.organizationId, { after: decodeCursor(cursor, /^tgt_\w+$/), limit: limit + 1 })
  return pageOf(rows, limit, { view: (row) => toTargetView(row, ctx.seal), key: (row) => row.id })
})
