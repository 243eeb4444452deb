import { storageList } from '../../contract/storage'
import { dataDisk, storageOf } from '../../db/queries/storage'
import { implement } from '../implement'
import { diskView, storageViews } from './view'

export const listStorage = implement(storageList, async (ctx) => {
  const disk = await dataDisk(ctx.db)
  const rows = await storageOf(ctx.db, ctx.scope.organizationId)
  return { data: disk && diskView(disk), targets: await storageViews(ctx, rows) }
})
