import { and, eq, isNull, ne } from 'drizzle-orm'

import { hashPassword, passwordFits } from '../../auth/password'
import { countAttempt } from '../../auth/rate-limit'
import { authChangePassword } from '../../contract/auth'
import { userById } from '../../db/queries/accounts'
import { sessions, users } from '../../db/schema/account'
import { AppError } from '../../errors'
import { record } from '../../events/record'
import { implementSelf } from '../implement'

export const changePassword = implementSelf(authChangePassword, async (ctx, input) => {
  const { userId, email, sessionId } = ctx.actor
  if (ctx.actor.via === 'api_token') throw new AppError('forbidden', 'An API token cannot change the password. Sign in with the present one.')
  await countAttempt(ctx.rootDb, { name: 'password', subject: userId, limit: 10, windowS: 300 }, ctx.now())
  const user = await userById(ctx.db, userId)
  if (!user || !(await passwordFits(user.passwordHash, input.currentPassword))) {
    throw new AppError('forbidden', 'The present password is wrong.', { fields: { currentPassword: 'Is wrong.' } })
  }
  await ctx.db.update(users).set({ passwordHash: await hashPassword(input.newPassword) }).where(eq(users.id, userId))
  await ctx.db
    .update(sessions)
    .set({ revokedAt: ctx.now(), revokedReason: 'password' })
    .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt), ...(sessionId === null ? [] : [ne(sessions.id, sessionId)])))
  await record(ctx.db, ctx, { type: 'account.password_changed', subject: email })
  return { ok: true as const }
})
