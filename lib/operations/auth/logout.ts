import { and, eq, isNull } from 'drizzle-orm'

import { hashToken } from '../../auth/opaque-token'
import { authLogout } from '../../contract/auth'
import { refreshTokens, sessions } from '../../db/schema/account'
import { record } from '../../events/record'
import { implementSelf } from '../implement'

export const logout = implementSelf(authLogout, async (ctx, input) => {
  const sessionIds = new Set<string>(ctx.actor.sessionId === null ? [] : [ctx.actor.sessionId])
  if (input.refreshToken !== undefined) {
    const [named] = await ctx.db.select({ sessionId: refreshTokens.sessionId }).from(refreshTokens).where(eq(refreshTokens.tokenHash, hashToken(input.refreshToken)))
    if (named) sessionIds.add(named.sessionId)
  }
  for (const id of sessionIds) {
    await ctx.db
      .update(sessions)
      .set({ revokedAt: ctx.now(), revokedReason: 'logout' })
      .where(and(eq(sessions.id, id), eq(sessions.userId, ctx.actor.userId), isNull(sessions.revokedAt)))
  }
  await record(ctx.db, ctx, { type: 'account.signed_out', subject: ctx.actor.email })
  return { ok: true as const }
})
