import { and, eq, isNull } from 'drizzle-orm'

import { tokenRevoke } from '../../contract/auth'
import { apiTokens } from '../../db/schema/account'
import { notFound } from '../../errors'
import { record } from '../../events/record'
import { implementSelf } from '../implement'

export const revoke = implementSelf(tokenRevoke, async (ctx, { tokenId }) => {
  const [row] = await ctx.db
    .update(apiTokens)
    .set({ revokedAt: ctx.now() })
    .where(and(eq(apiTokens.id, tokenId), eq(apiTokens.userId, ctx.actor.userId), isNull(apiTokens.revokedAt)))
    .returning({ name: apiTokens.name, organizationId: apiTokens.organizationId })
  if (!row || !ctx.actor.memberships.has(row.organizationId)) throw notFound('token')
  await record(ctx.db, ctx, { type: 'token.revoked', subject: row.name, organizationId: row.organizationId })
  return { ok: true as const }
})
