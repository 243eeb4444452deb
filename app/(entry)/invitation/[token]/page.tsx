import type { Metadata } from 'next'

import { EntryHeading } from '@/components/account/entry-heading'
import { InvitationEntry } from '@/components/account/invitation-entry'
import { paths } from '@/components/paths'
import { ButtonLink } from '@/components/ui/button-link'
import { ROLE_POWERS } from '@/components/organization/role-powers'
import { ROLE_WORDS } from '@/components/organization/role-words'
import { invitationGet } from '@/lib/contract/organization'
import { isAppError } from '@/lib/errors'
import { currentViewer, readOperation } from '@/lib/http/server'

export const metadata: Metadata = { title: 'Invitation', referrer: 'no-referrer' }

/** What an invitation link opens: who invites to what, and the form that accepts it. */
export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const [invitation, viewer] = await Promise.all([readInvitation(token), currentViewer()])
  if (invitation === null) {
    return (
      <>
        <EntryHeading title="This invitation no longer works">It was used, withdrawn, or is older than 7 days. Ask the person who sent it for a new one.</EntryHeading>
        <ButtonLink href={paths.home()}>Go to Easel</ButtonLink>
      </>
    )
  }
  return (
    <>
      <EntryHeading title={`Join ${invitation.organization}`}>
        You are invited as {ROLE_WORDS[invitation.role].article}: {ROLE_POWERS[invitation.role]}
      </EntryHeading>
      <InvitationEntry token={token} email={invitation.email} hasAccount={invitation.hasAccount} signedInAs={viewer?.user.email ?? null} />
    </>
  )
}

async function readInvitation(token: string) {
  try {
    return await readOperation(invitationGet, { token })
  } catch (error) {
    if (isAppError(error) && (error.code === 'not_found' || error.code === 'invalid_input')) return null
    throw error
  }
}
