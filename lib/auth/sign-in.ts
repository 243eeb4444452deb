import { eq } from 'drizzle-orm'

import type { Db } from '../db/connection'
import { refreshTokens, sessions, users } from '../db/schema/account'
import { AppError } from '../errors'
import { newId } from '../ids'
import { ACCESS_TOKEN_S, signAccessToken } from './access-token'
import { hashToken, newToken } from './opaque-token'
import { passwordFits } from './password'
import { byAddress, countAttempt, forgiveAttempt } from './rate-limit'

/** Life of a refresh token and of a browser session, in seconds. */
export const SESSION_S = 7 * 24 * 3600

const FIVE_MINUTES_S = 300

export type User = typeof users.$inferSelect
export type Attempt = { email: string; password: string; ip: string | null }

/**
 * The person whose email and password these are. The same sentence for an unknown email and a wrong password.
 * `rootDb` counts failed attempts. Throws `unauthenticated` or `rate_limited`.
 */
export async function checkCredentials(rootDb: Db, { email, password, ip }: Attempt, now: Date): Promise<User> {
  // Counted before the password is looked at, so that guesses sent at once cannot slip past the limit.
  const limits = [byAddress('sign-in', ip, 10, FIVE_MINUTES_S), { name: 'sign-in:email', subject: email.toLowerCase(), limit: 10, windowS: FIVE_MINUTES_S }]
  for (const limit of limits) await countAttempt(rootDb, limit, now)
  const [user] = await rootDb.select().from(users).where(eq(users.email, email.toLowerCase()))
  const fits = await passwordFits(user?.passwordHash ?? null, password)
  if (!user || !fits || user.disabledAt) throw new AppError('unauthenticated', 'The email or the password is wrong.')
  for (const limit of limits) await forgiveAttempt(rootDb, limit, now)
  return user
}

/** Begins a sign-in. Returns the id every later request is checked against. */
export async function beginSession(db: Db, userId: string, kind: 'browser' | 'api', now: Date): Promise<string> {
  const id = newId('session')
  await db.insert(sessions).values({ id, userId, kind, createdAt: now, expiresAt: new Date(now.getTime() + SESSION_S * 1000) })
  return id
}

export type Tokens = { accessToken: string; refreshToken: string; expiresIn: number }

/** A new pair of tokens for a sign-in. The refresh token is stored hashed and works once. */
export async function issueTokens(db: Db, sessionKey: string | undefined, owner: { userId: string; sessionId: string }, now: Date): Promise<Tokens> {
  const refreshToken = newToken('easel_rt_')
  const expiresAt = new Date(now.getTime() + SESSION_S * 1000)
  await db.insert(refreshTokens).values({ tokenHash: hashToken(refreshToken), sessionId: owner.sessionId, createdAt: now, expiresAt })
  // A family lives as long as its newest token.
  await db.update(sessions).set({ expiresAt }).where(eq(sessions.id, owner.sessionId))
  return { accessToken: await signAccessToken(sessionKey, owner, now), refreshToken, expiresIn: ACCESS_TOKEN_S }
}
