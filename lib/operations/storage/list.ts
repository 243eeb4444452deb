import { storageList } from '../../contract/storage'
import { dataDisk, logBytes, storageOf } from '../../db/queries/storage'
import { implement } from '../implement'
import { diskView, storageViews } from './view'

export const listStorage = implement(storageList, async (ctx) => {
  const disk = await dataDisk(ctx.db)
  const rows = await storageOf(ctx.db, ctx.scope.organizationId)
  return { data: disk && diskView(disk), logs: { bytes: await logBytes(ctx.db), budgetBytes: ctx.config.logBudgetBytes }, targets: await storageViews(ctx, rows) }
})
