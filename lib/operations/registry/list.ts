import { and, desc, eq, lt } from 'drizzle-orm'

import { registryList } from '../../contract/registry'
import { registries } from '../../db/schema/account'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { registryView } from './view'

export const list = implement(registryList, async (ctx, { limit, cursor }) => {
  const before = decodeCursor(cursor, /^reg_\w+$/)
  const rows = await ctx.db
    .select()
    .from(registries)
    .where(and(eq(registries.organizationId, ctx.scope.organizationId), ...(before === null ? [] : [lt(registries.id, before)])))
    .orderBy(desc(registries.id))
    .limit(limit + 1)
  return pageOf(rows, limit, { view: registryView, key: (row) => row.id })
})
