import { hashToken } from '../../auth/opaque-token'
import { invitationGet } from '../../contract/organization'
import { invitationByToken, userByEmail } from '../../db/queries/accounts'
import { notFound } from '../../errors'
import { implementPublic } from '../implement'

export const get = implementPublic(invitationGet, async (ctx, { token }) => {
  const found = await invitationByToken(ctx.db, hashToken(token), ctx.now())
  if (!found) throw notFound('invitation')
  const { email, role } = found.invitation
  return { organization: found.organization.name, email, role, hasAccount: (await userByEmail(ctx.db, email)) !== null }
})
