import { beginSession, checkCredentials } from '../../auth/sign-in'
import { authLogin } from '../../contract/auth'
import { organizationsOf } from '../../db/queries/accounts'
import { record } from '../../events/record'
import { implementPublic } from '../implement'
import { signedInView } from './views'

export const login = implementPublic(authLogin, async (ctx, { email, password }) => {
  const user = await checkCredentials(ctx.rootDb, { email, password, ip: ctx.ip }, ctx.now())
  const sessionId = await beginSession(ctx.db, user.id, 'api', ctx.now())
  const [first] = await organizationsOf(ctx.db, user.id)
  const actor = { kind: 'user' as const, userId: user.id, name: user.name, email: user.email, memberships: new Map(), via: 'access_token' as const, sessionId, scope: null }
  await record(ctx.db, { ...ctx, actor }, { type: 'account.signed_in', subject: user.email, organizationId: first?.organization.id ?? null, data: { by: 'api' } })
  return signedInView(ctx, user, first?.organization ?? null, sessionId)
})
