import { revisionList } from '../../contract/change'
import { page } from '../../db/queries/revisions'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { toRevisionView } from './view'

export const listRevisions = implement(revisionList, async (ctx, { environmentId, limit, cursor }) => {
  const before = decodeCursor(cursor, /^\d{1,9}$/)
  const rows = await page(ctx.db, environmentId, { before: before === null ? null : Number(before), limit: limit + 1 })
  return pageOf(rows, limit, { view: toRevisionView, key: (row) => String(row.number) })
})
