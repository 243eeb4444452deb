import type { InvitationView } from '../../contract/organization'
import type { invitations } from '../../db/schema/account'

export function invitationView(row: typeof invitations.$inferSelect, invitedBy: string): InvitationView {
  return { id: row.id, email: row.email, role: row.role, invitedBy, createdAt: row.createdAt.toISOString(), expiresAt: row.expiresAt.toISOString() }
}
