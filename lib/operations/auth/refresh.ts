import { and, eq, gt, isNull } from 'drizzle-orm'

import { hashToken } from '../../auth/opaque-token'
import { countAttempt, byAddress } from '../../auth/rate-limit'
import { authRefresh } from '../../contract/auth'
import { organizationsOf, userById } from '../../db/queries/accounts'
import { refreshTokens, sessions } from '../../db/schema/account'
import { AppError } from '../../errors'
import { record } from '../../events/record'
import type { Ctx } from '../context'
import { implementPublic } from '../implement'
import { signedInView } from './views'

// Rotation after RFC 9700, 4.14.2: a refresh token works once. A used one that comes again was stolen from one of its two
// users, and nobody can tell from which: the whole family ends.

export const refresh = implementPublic(authRefresh, async (ctx, input) => {
  await countAttempt(ctx.rootDb, byAddress('refresh', ctx.ip, 60, 60), ctx.now())
  const tokenHash = hashToken(input.refreshToken)
  const [taken] = await ctx.db
    .update(refreshTokens)
    .set({ usedAt: ctx.now() })
    .where(and(eq(refreshTokens.tokenHash, tokenHash), isNull(refreshTokens.usedAt), gt(refreshTokens.expiresAt, ctx.now())))
    .returning({ sessionId: refreshTokens.sessionId })
  if (!taken) throw await refuse(ctx, tokenHash)

  const [session] = await ctx.db
    .select({ userId: sessions.userId })
    .from(sessions)
    .where(and(eq(sessions.id, taken.sessionId), isNull(sessions.revokedAt)))
    .for('update')
  const user = session && (await userById(ctx.db, session.userId))
  if (!user || user.disabledAt) throw new AppError('unauthenticated', 'This sign-in has ended. Sign in again.')
  const [first] = await organizationsOf(ctx.db, user.id)
  await record(ctx.db, ctx, { type: 'account.refreshed', subject: user.email })
  return signedInView(ctx, user, first?.organization ?? null, taken.sessionId)
})

/** Says no; for a used token, ends the family outside the failing transaction. */
async function refuse(ctx: Ctx, tokenHash: string): Promise<AppError> {
  const [known] = await ctx.rootDb.select().from(refreshTokens).where(eq(refreshTokens.tokenHash, tokenHash))
  if (!known?.usedAt) return new AppError('unauthenticated', 'The refresh token is unknown or has expired. Sign in again.')
  const [ended] = await ctx.rootDb
    .update(sessions)
    .set({ revokedAt: ctx.now(), revokedReason: 'reuse' })
    .where(and(eq(sessions.id, known.sessionId), isNull(sessions.revokedAt)))
    .returning({ userId: sessions.userId })
  const user = ended && (await userById(ctx.rootDb, ended.userId))
  if (user) await record(ctx.rootDb, ctx, { type: 'account.reuse_detected', subject: user.email })
  return new AppError('unauthenticated', 'This refresh token was used before, so the whole sign-in was ended for safety. Sign in again.')
}
