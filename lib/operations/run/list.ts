import { runList } from '../../contract/run'
import { page } from '../../db/queries/runs'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { toRunView } from './view'

export const listRuns = implement(runList, async (ctx, { serviceId, limit, cursor }) => {
  const rows = await page(ctx.db, serviceId, { before: placeOf(decodeCursor(cursor, /^\d{1,14} run_[0-9a-z]{22}$/)), limit: limit + 1 })
  return pageOf(rows, limit, { view: toRunView, key: (run) => `${run.dueAt.getTime()} ${run.id}` })
})

/** Where a page ended: when its last run was due, and its id. */
function placeOf(key: string | null): { dueAt: Date; id: string } | null {
  if (key === null) return null
  const [dueMs, id] = key.split(' ') as [string, string]
  return { dueAt: new Date(Number(dueMs)), id }
}
