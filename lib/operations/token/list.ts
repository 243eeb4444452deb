import { and, desc, eq, inArray, isNull } from 'drizzle-orm'

import { tokenList } from '../../contract/auth'
import { apiTokens } from '../../db/schema/account'
import { implementSelf } from '../implement'
import { tokenView } from './view'

export const list = implementSelf(tokenList, async (ctx) => {
  const organizationIds = [...ctx.actor.memberships.keys()]
  if (organizationIds.length === 0) return { items: [] }
  const rows = await ctx.db
    .select()
    .from(apiTokens)
    .where(and(eq(apiTokens.userId, ctx.actor.userId), isNull(apiTokens.revokedAt), inArray(apiTokens.organizationId, organizationIds)))
    .orderBy(desc(apiTokens.id))
    .limit(200)
  return { items: rows.map(tokenView) }
})
