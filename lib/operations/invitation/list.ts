import { and, desc, eq, gt, isNull, lt } from 'drizzle-orm'

import { invitationList } from '../../contract/organization'
import { invitations, users } from '../../db/schema/account'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { invitationView } from './view'

export const list = implement(invitationList, async (ctx, { limit, cursor }) => {
  const before = decodeCursor(cursor, /^inv_\w+$/)
  const rows = await ctx.db
    .select({ invitation: invitations, by: users.name })
    .from(invitations)
    .innerJoin(users, eq(users.id, invitations.invitedBy))
    .where(
      and(
        eq(invitations.organizationId, ctx.scope.organizationId),
        isNull(invitations.acceptedAt),
        gt(invitations.expiresAt, ctx.now()),
        ...(before === null ? [] : [lt(invitations.id, before)]),
      ),
    )
    .orderBy(desc(invitations.id))
    .limit(limit + 1)
  return pageOf(rows, limit, { view: (row) => invitationView(row.invitation, row.by), key: (row) => row.invitation.id })
})
