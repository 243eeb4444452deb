import { serviceList } from '../../contract/service'
import { page } from '../../db/queries/services'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { portray } from './portrait'
import { toServiceView } from './view'

export const listServices = implement(serviceList, async (ctx, { environmentId, limit, cursor }) => {
  const rows = await page(ctx.db, environmentId, { before: decodeCursor(cursor, /^svc_[0-9a-z]{22}$/), limit: limit + 1 })
  const portraits = await portray(ctx.db, rows)
  const here = { ingress: ctx.config.ingress, now: ctx.now() }
  return pageOf(portraits, limit, { view: (portrait) => toServiceView(portrait, here), key: ({ service }) => service.id })
})
