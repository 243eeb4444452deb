import { jobList } from '../../contract/job'
import { page } from '../../db/queries/jobs'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { jobView } from './view'

export const listJobs = implement(jobList, async (ctx, { status, limit, cursor }) => {
  const [rank, id] = decodeCursor(cursor, /^[1-5]\.[1-9]\d{0,17}$/)?.split('.') ?? []
  const after = rank === undefined || id === undefined ? null : { rank: Number(rank), id }
  const rows = await page(ctx.db, ctx.scope.organizationId, { status: status ?? null, after, limit: limit + 1 })
  return pageOf(rows, limit, { view: (row) => jobView(row), key: (row) => `${row.rank}.${row.id}` })
})
