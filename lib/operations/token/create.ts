import { and, count, eq, isNull } from 'drizzle-orm'

import { hashToken, newToken } from '../../auth/opaque-token'
import { tokenCreate } from '../../contract/auth'
import { apiTokens } from '../../db/schema/account'
import { AppError, notFound } from '../../errors'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { implementSelf } from '../implement'
import { tokenView } from './view'

const MOST_TOKENS = 100
const PREFIX_LENGTH = 16
const DAY_MS = 24 * 3600 * 1000

export const create = implementSelf(tokenCreate, async (ctx, input) => {
  const { actor } = ctx
  if (actor.via === 'api_token') throw new AppError('forbidden', 'An API token cannot make another one. Sign in with your password.')
  const organizationId = input.organizationId ?? [...actor.memberships.keys()][0]
  if (organizationId === undefined || !actor.memberships.has(organizationId)) throw notFound('organization')
  const [have] = await ctx.db
    .select({ n: count() })
    .from(apiTokens)
    .where(and(eq(apiTokens.userId, actor.userId), isNull(apiTokens.revokedAt)))
  if (have!.n >= MOST_TOKENS) throw new AppError('limit_exceeded', `You have ${have!.n} tokens, and ${MOST_TOKENS} is the limit. Revoke one that is not used.`)

  const value = newToken('easel_pat_')
  const now = ctx.now()
  const expiresAt = input.expiresInDays === null ? null : new Date(now.getTime() + input.expiresInDays * DAY_MS)
  const [row] = await ctx.db
    .insert(apiTokens)
    .values({ id: newId('token'), userId: actor.userId, organizationId, name: input.name, scope: input.scope, prefix: value.slice(0, PREFIX_LENGTH), tokenHash: hashToken(value), createdAt: now, expiresAt })
    .returning()
  await record(ctx.db, ctx, { type: 'token.created', subject: input.name, organizationId, data: { scope: input.scope } })
  return { token: tokenView(row!), value }
})
