import { newcomer } from '../../auth/actor'
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
  await record(ctx.db, { ...ctx, actor: newcomer(user, 'access_token', sessionId) }, { type: 'account.signed_in', subject: user.email, organizationId: first?.organization.id ?? null, data: { by: 'api' } })
  return signedInView(ctx, user, first?.organization ?? null, sessionId)
})
