import { and, eq } from 'drizzle-orm'

import { memberUpdate } from '../../contract/organization'
import { members } from '../../db/schema/account'
import { record } from '../../events/record'
import { implement } from '../implement'
import { memberToChange } from './change'
import { memberView } from './view'

export const update = implement(memberUpdate, async (ctx, { userId, role }) => {
  const { organizationId } = ctx.scope
  const member = await memberToChange(ctx, userId, role)
  await ctx.db
    .update(members)
    .set({ role })
    .where(and(eq(members.organizationId, organizationId), eq(members.userId, userId)))
  await record(ctx.db, ctx, { type: 'member.updated', subject: member.name, organizationId, data: { from: member.role, to: role } })
  return memberView({ ...member, role })
})
