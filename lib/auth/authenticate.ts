import { and, asc, eq, gt, isNull, lt, or } from 'drizzle-orm'

import type { Role } from '../domain/permission'
import type { Db } from '../db/connection'
import { apiTokens, members, sessions, users } from '../db/schema/account'
import { AppError } from '../errors'
import type { Platform } from '../operations/context'
import { readAccessToken } from './access-token'
import type { Actor, UserActor } from './actor'
import { hashToken } from './opaque-token'

const USE_NOTED_EVERY_MS = 60_000

/**
 * Who sends `Authorization: Bearer …`: an access token of a sign-in, or a personal API token.
 * Throws AppError `unauthenticated` that says what is wrong with it.
 */
export async function authenticateBearer(platform: Platform, header: string): Promise<Actor> {
  const token = /^Bearer +(\S+)$/i.exec(header.trim())?.[1]
  if (token === undefined) throw refused('The Authorization header must read "Bearer <token>".')
  if (token.startsWith('easel_pat_')) return apiTokenActor(platform, token)
  const claims = await readAccessToken(platform.config.sessionKey, token, platform.now())
  if (!claims) throw refused('The access token has ended or is not ours. Use the refresh token, or sign in again.')
  const actor = await loadActor(platform, claims.userId, claims.sessionId, 'access_token')
  if (!actor) throw refused('This sign-in has ended. Sign in again.')
  return actor
}

/** Who is behind a browser's session; anonymous once it was ended, on this device or by a changed password. */
export async function actorOfSession(platform: Platform, userId: string, sessionId: string): Promise<Actor> {
  return (await loadActor(platform, userId, sessionId, 'session')) ?? { kind: 'anonymous' }
}

function refused(message: string): AppError {
  return new AppError('unauthenticated', message)
}

async function loadActor(platform: Platform, userId: string, sessionId: string, via: 'session' | 'access_token'): Promise<UserActor | null> {
  const [user] = await platform.db
    .select({ name: users.name, email: users.email })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isNull(sessions.revokedAt), gt(sessions.expiresAt, platform.now()), isNull(users.disabledAt)))
  return user ? { kind: 'user', userId, ...user, memberships: await membershipsOf(platform.db, userId, null), via, sessionId, scope: null } : null
}

async function apiTokenActor(platform: Platform, token: string): Promise<Actor> {
  const now = platform.now()
  const [row] = await platform.db
    .select({ id: apiTokens.id, userId: users.id, name: users.name, email: users.email, organizationId: apiTokens.organizationId, scope: apiTokens.scope, expiresAt: apiTokens.expiresAt })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(and(eq(apiTokens.tokenHash, hashToken(token)), isNull(apiTokens.revokedAt), isNull(users.disabledAt)))
  if (!row) throw refused('The API token is unknown or was revoked.')
  if (row.expiresAt && row.expiresAt <= now) throw refused('The API token has expired. Make a new one under Settings.')
  await noteUse(platform.db, row.id, now)
  const { userId, name, email, scope } = row
  return { kind: 'user', userId, name, email, memberships: await membershipsOf(platform.db, userId, row.organizationId), via: 'api_token', sessionId: null, scope }
}

async function noteUse(db: Db, id: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - USE_NOTED_EVERY_MS)
  await db.update(apiTokens).set({ lastUsedAt: now }).where(and(eq(apiTokens.id, id), or(isNull(apiTokens.lastUsedAt), lt(apiTokens.lastUsedAt, before))))
}

/** Roles by organization, the one joined first in front. */
async function membershipsOf(db: Db, userId: string, only: string | null): Promise<Map<string, Role>> {
  const rows = await db
    .select({ organizationId: members.organizationId, role: members.role })
    .from(members)
    .where(and(eq(members.userId, userId), ...(only === null ? [] : [eq(members.organizationId, only)])))
    .orderBy(asc(members.joinedAt), asc(members.organizationId))
    .limit(1000)
  return new Map(rows.map((row) => [row.organizationId, row.role]))
}
