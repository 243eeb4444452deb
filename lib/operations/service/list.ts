import { serviceList } from '../../contract/service'
import { page } from '../../db/queries/services'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { portray } from './portrait'
import { toServiceView } from './view'

export const listServices = implement(serviceList, async (ctx, { environmentId, limit, cursor }) => {
  const rows = await page(ctx.db, environmentId, { before: decodeCursor(cursor, /^svc_[0-9a-z]{22}$/), limit: limit + 1 })
  const portraits = await portray(ctx.db, rows)
  return pageOf(portraits, limit, { view: (portrait) => toServiceView(portrait, ctx.config.ingress), key: ({ service }) => service.id })
})
