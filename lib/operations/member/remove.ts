import { and, eq, isNull } from 'drizzle-orm'

import { memberRemove } from '../../contract/organization'
import { apiTokens, members } from '../../db/schema/account'
import { record } from '../../events/record'
import { implement } from '../implement'
import { memberToChange } from './change'

export const remove = implement(memberRemove, async (ctx, { userId }) => {
  const { organizationId } = ctx.scope
  const member = await memberToChange(ctx, userId, null)
  await ctx.db.delete(members).where(and(eq(members.organizationId, organizationId), eq(members.userId, userId)))
  await ctx.db
    .update(apiTokens)
    .set({ revokedAt: ctx.now() })
    .where(and(eq(apiTokens.organizationId, organizationId), eq(apiTokens.userId, userId), isNull(apiTokens.revokedAt)))
  await record(ctx.db, ctx, { type: 'member.removed', subject: member.name, organizationId, data: { role: member.role } })
  return { ok: true as const }
})
