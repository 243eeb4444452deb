import { and, eq, isNull } from 'drizzle-orm'

import { invitationRevoke } from '../../contract/organization'
import { invitations } from '../../db/schema/account'
import { notFound } from '../../errors'
import { record } from '../../events/record'
import { implement } from '../implement'

export const revoke = implement(invitationRevoke, async (ctx, { invitationId }) => {
  const { organizationId } = ctx.scope
  const [row] = await ctx.db
    .delete(invitations)
    .where(and(eq(invitations.id, invitationId), eq(invitations.organizationId, organizationId), isNull(invitations.acceptedAt)))
    .returning({ email: invitations.email })
  if (!row) throw notFound('invitation')
  await record(ctx.db, ctx, { type: 'invitation.revoked', subject: row.email, organizationId })
  return { ok: true as const }
})
