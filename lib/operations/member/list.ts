import { and, asc, eq, gt } from 'drizzle-orm'

import { memberList } from '../../contract/organization'
import { members, users } from '../../db/schema/account'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { memberView } from './view'

export const list = implement(memberList, async (ctx, { limit, cursor }) => {
  const after = decodeCursor(cursor, /^usr_\w+$/)
  const rows = await ctx.db
    .select({ id: users.id, name: users.name, email: users.email, role: members.role, joinedAt: members.joinedAt })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, ctx.scope.organizationId), ...(after === null ? [] : [gt(users.id, after)])))
    .orderBy(asc(users.id))
    .limit(limit + 1)
  return pageOf(rows, limit, { view: memberView, key: (row) => row.id })
})
