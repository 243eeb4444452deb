import { domainGet, domainList } from '../../contract/domain'
import { page } from '../../db/queries/domains'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { domainView, domainViews } from './view'

export const listDomains = implement(domainList, async (ctx, { environmentId, serviceId, limit, cursor }) => {
  const rows = await page(ctx.db, { environmentId, serviceId }, { before: decodeCursor(cursor, /^dom_[0-9a-z]{22}$/), limit: limit + 1 })
  return pageOf(await domainViews(ctx, rows), limit, { view: (view) => view, key: (view) => view.id })
})

export const getDomain = implement(domainGet, (ctx, { domainId }) => domainView(ctx, domainId))
