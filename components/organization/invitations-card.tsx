'use client'

import { Mail, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import { useRun } from '@/components/client/operations'
import { fetchQuery } from '@/components/client/query'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { LoadMore } from '@/components/ui/load-more'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { usePages, type Page } from '@/components/ui/use-pages'
import { invitationList, invitationRevoke } from '@/lib/contract/doors'
import type { InvitationView } from '@/lib/contract/organization'
import type { Role } from '@/lib/domain/permission'

import { InviteDialog } from './invite-dialog'
import { ROLE_WORDS } from './role-words'

export type InvitationsCardProps = { organizationId: string; first: Page<InvitationView>; role: Role; disabledReason: string | null }

/** Who is invited and has not come yet. */
export function InvitationsCard({ organizationId, first, role, disabledReason }: InvitationsCardProps) {
  const [inviting, setInviting] = useState(false)
  const pages = usePages(first, (cursor) => fetchQuery(invitationList, { organizationId, cursor }))
  return (
    <SectionCard
      title="Invitations"
      description="A link works once, for 7 days, for one email address."
      action={
        <Button variant="primary" icon={<Mail />} disabledReason={disabledReason} onClick={() => setInviting(true)}>
          Invite
        </Button>
      }
    >
      {pages.items.length === 0 ? <p className="text-muted">Nobody is invited at the moment.</p> : null}
      <ul className="-my-4 divide-y divide-line empty:hidden">
        {pages.items.map((invitation) => (
          <InvitationRow key={invitation.id} organizationId={organizationId} invitation={invitation} disabledReason={disabledReason} />
        ))}
      </ul>
      <LoadMore {...pages} />
      {inviting ? <InviteDialog organizationId={organizationId} actor={role} onClose={() => setInviting(false)} /> : null}
    </SectionCard>
  )
}

type InvitationRowProps = { organizationId: string; invitation: InvitationView; disabledReason: string | null }

function InvitationRow({ organizationId, invitation, disabledReason }: InvitationRowProps) {
  const run = useRun()
  const router = useRouter()
  const [revoking, setRevoking] = useState(false)
  const revoke = async () => {
    await run(invitationRevoke, { organizationId, invitationId: invitation.id })
    toast.success('Invitation withdrawn.')
    router.refresh()
  }
  return (
    <li className="flex items-center gap-3 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-all">{invitation.email}</p>
        <p className="text-meta text-faint">
          {ROLE_WORDS[invitation.role].word}, invited by {invitation.invitedBy}, ends <RelativeTime at={invitation.expiresAt} />
        </p>
      </div>
      <IconButton label={`Withdraw the invitation of ${invitation.email}`} icon={<X />} disabledReason={disabledReason} onClick={() => setRevoking(true)} />
      <ConfirmDialog open={revoking} onOpenChange={setRevoking} title="Withdraw this invitation?" confirmLabel="Withdraw" onConfirm={revoke}>
        <p>The link sent to {invitation.email} stops working. You can invite again at any time.</p>
      </ConfirmDialog>
    </li>
  )
}
