import { deploymentList } from '../../contract/deployment'
import { page } from '../../db/queries/deployments'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { toDeploymentViews } from './view'

export const listDeployments = implement(deploymentList, async (ctx, { serviceId, limit, cursor }) => {
  const before = decodeCursor(cursor, /^[1-9]\d{0,8}$/)
  const rows = await page(ctx.db, serviceId, { before: before === null ? null : Number(before), limit: limit + 1 })
  const views = await toDeploymentViews(ctx.db, rows, ctx.config.ingress)
  return pageOf(views, limit, { view: (view) => view, key: (view) => String(view.number) })
})
