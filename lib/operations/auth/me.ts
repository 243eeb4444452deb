import { authMe } from '../../contract/auth'
import { organizationsOf, userById } from '../../db/queries/accounts'
import { notFound } from '../../errors'
import { implementSelf } from '../implement'
import { organizationView, userView } from './views'

export const me = implementSelf(authMe, async (ctx) => {
  const user = await userById(ctx.db, ctx.actor.userId)
  if (!user) throw notFound('account')
  const memberships = (await organizationsOf(ctx.db, user.id)).filter(({ organization }) => ctx.actor.memberships.has(organization.id))
  return { user: userView(user), memberships: memberships.map(({ organization, role }) => ({ organization: organizationView(organization), role })), via: ctx.actor.via }
})
