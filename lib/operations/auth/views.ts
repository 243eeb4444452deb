import type { z } from 'zod'

import type { OrganizationView, UserView } from '../../contract/auth'
import { issueTokens } from '../../auth/sign-in'
import type { organizations, users } from '../../db/schema/account'
import type { Ctx } from '../context'

type UserRow = Pick<typeof users.$inferSelect, 'id' | 'email' | 'name' | 'createdAt'>
type OrganizationRow = typeof organizations.$inferSelect

export function userView(row: UserRow): z.input<typeof UserView> {
  return { id: row.id, email: row.email, name: row.name, createdAt: row.createdAt.toISOString() }
}

export function organizationView(row: OrganizationRow): OrganizationView {
  return { id: row.id, name: row.name, slug: row.slug, createdAt: row.createdAt.toISOString() }
}

/** The answer to every way of signing in over the API. */
export async function signedInView(ctx: Ctx, user: UserRow, organization: OrganizationRow | null, sessionId: string) {
  const tokens = await issueTokens(ctx.db, ctx.config.sessionKey, { userId: user.id, sessionId }, ctx.now())
  return { user: userView(user), organization: organization && organizationView(organization), ...tokens }
}
