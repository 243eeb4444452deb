import type { Metadata } from 'next'

import { readForPage } from '@/app/read-page'
import { requireMembership } from '@/app/require-membership'
import { InvitationsCard } from '@/components/organization/invitations-card'
import { MembersCard } from '@/components/organization/members-card'
import { missingPermission } from '@/components/organization/missing-permission'
import { paths } from '@/components/paths'
import { invitationList, memberList } from '@/lib/contract/organization'

export const metadata: Metadata = { title: 'Members' }

/** Who is in the organization, with which role, and who is invited. */
export default async function MembersPage() {
  const { organization, role, viewer } = await requireMembership(paths.settings('members'))
  const organizationId = organization.id
  const [members, invitations] = await Promise.all([readForPage(memberList, { organizationId }), readForPage(invitationList, { organizationId })])
  const disabledReason = missingPermission(role, 'member.manage')
  return (
    <>
      <MembersCard organizationId={organizationId} first={members} viewer={{ id: viewer.user.id, role }} disabledReason={disabledReason} />
      <InvitationsCard organizationId={organizationId} first={invitations} role={role} disabledReason={disabledReason} />
    </>
  )
}
