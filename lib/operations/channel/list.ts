import { channelList } from '../../contract/channel'
import { page } from '../../db/queries/channels'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { channelView } from './view'

export const listChannels = implement(channelList, async (ctx, { limit, cursor }) => {
  const rows = await page(ctx.db, ctx.scope.organizationId, { before: decodeCursor(cursor, /^chn_[0-9a-z]{22}$/), limit: limit + 1 })
  const views = await Promise.all(rows.map((row) => channelView(ctx.db, row)))
  return pageOf(views, limit, { view: (view) => view, key: (view) => view.id })
})
