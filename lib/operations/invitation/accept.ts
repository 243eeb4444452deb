import { eq } from 'drizzle-orm'

import { hashToken } from '../../auth/opaque-token'
import { invitationAccept } from '../../contract/organization'
import { invitationByToken } from '../../db/queries/accounts'
import { invitations, members } from '../../db/schema/account'
import { AppError, notFound } from '../../errors'
import { record } from '../../events/record'
import { organizationView } from '../auth/views'
import { implementSelf } from '../implement'

export const accept = implementSelf(invitationAccept, async (ctx, { token }) => {
  if (ctx.actor.via === 'api_token') throw new AppError('forbidden', 'An API token belongs to one organization and cannot join another. Sign in with your password.')
  const found = await invitationByToken(ctx.db, hashToken(token), ctx.now(), true)
  if (!found) throw notFound('invitation')
  const { invitation, organization } = found
  if (invitation.email !== ctx.actor.email) throw new AppError('forbidden', `This invitation is for another account than ${ctx.actor.email}. Sign in with the address it was sent to.`)
  const joined = await ctx.db
    .insert(members)
    .values({ organizationId: organization.id, userId: ctx.actor.userId, role: invitation.role, joinedAt: ctx.now() })
    .onConflictDoNothing()
    .returning()
  if (joined.length === 0) throw new AppError('conflict', `You are already a member of ${organization.name}.`)
  await ctx.db.update(invitations).set({ acceptedAt: ctx.now() }).where(eq(invitations.id, invitation.id))
  await record(ctx.db, ctx, { type: 'invitation.accepted', subject: ctx.actor.email, organizationId: organization.id, data: { role: invitation.role } })
  return organizationView(organization)
})
