import { and, eq, isNull } from 'drizzle-orm'

import { hashToken, newToken } from '../../auth/opaque-token'
import { invitationCreate } from '../../contract/organization'
import { userByEmail } from '../../db/queries/accounts'
import { invitations, members } from '../../db/schema/account'
import { mayAssign } from '../../domain/permission'
import { AppError } from '../../errors'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { implement } from '../implement'
import { invitationView } from './view'

const LIFE_MS = 7 * 24 * 3600 * 1000

export const create = implement(invitationCreate, async (ctx, { email, role }) => {
  const { organizationId } = ctx.scope
  const mine = ctx.actor.memberships.get(organizationId)!
  if (!mayAssign(mine, role)) throw new AppError('forbidden', `Your role is ${mine}; you cannot invite someone as ${role}, which is above it.`)
  const account = await userByEmail(ctx.db, email)
  if (account) {
    const [member] = await ctx.db.select().from(members).where(and(eq(members.organizationId, organizationId), eq(members.userId, account.id)))
    if (member) throw new AppError('conflict', `${email} is already a member, as ${member.role}.`)
  }
  const token = newToken('easel_inv_')
  const now = ctx.now()
  // A new invitation takes the place of an open one to the same address.
  await ctx.db.delete(invitations).where(and(eq(invitations.organizationId, organizationId), eq(invitations.email, email), isNull(invitations.acceptedAt)))
  const [row] = await ctx.db
    .insert(invitations)
    .values({ id: newId('invitation'), organizationId, email, role, tokenHash: hashToken(token), invitedBy: ctx.actor.userId, createdAt: now, expiresAt: new Date(now.getTime() + LIFE_MS) })
    .returning()
  await record(ctx.db, ctx, { type: 'invitation.created', subject: email, organizationId, data: { role } })
  return { invitation: invitationView(row!, ctx.actor.name), token, url: `${ctx.config.publicUrl}/invitation/${token}` }
})
