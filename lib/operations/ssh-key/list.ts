import { and, desc, eq, lt } from 'drizzle-orm'

import { sshKeyList } from '../../contract/organization'
import { sshKeys } from '../../db/schema/account'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { sshKeyView } from './view'

export const list = implement(sshKeyList, async (ctx, { limit, cursor }) => {
  const before = decodeCursor(cursor, /^key_\w+$/)
  const rows = await ctx.db
    .select()
    .from(sshKeys)
    .where(and(eq(sshKeys.organizationId, ctx.scope.organizationId), ...(before === null ? [] : [lt(sshKeys.id, before)])))
    .orderBy(desc(sshKeys.id))
    .limit(limit + 1)
  return pageOf(rows, limit, { view: sshKeyView, key: (row) => row.id })
})
