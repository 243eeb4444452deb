import { domainToASCII } from 'node:url'

import { domainGet, domainList } from '../../contract/domain'
import { page } from '../../db/queries/domains'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { domainView, domainViews } from './view'

export const listDomains = implement(domainList, async (ctx, { environmentId, serviceId, search, limit, cursor }) => {
  const rows = await page(ctx.db, { environmentId, serviceId, search: search === undefined || search === '' ? null : asciiPart(search) }, { before: decodeCursor(cursor, /^dom_[0-9a-z]{22}$/), limit: limit + 1 })
  return pageOf(await domainViews(ctx, rows), limit, { view: (view) => view, key: (view) => view.id })
})

export const getDomain = implement(domainGet, (ctx, { domainId }) => domainView(ctx, domainId))

/** As names are kept; what cannot be turned into that is looked for as it is. */
function asciiPart(search: string): string {
  const text = search.toLowerCase()
  // A wildcard, or a part of a name that begins or ends with a dot, is no name by itself.
  return /^[\x20-\x7e]*$/.test(text) ? text : domainToASCII(text) || text
}
