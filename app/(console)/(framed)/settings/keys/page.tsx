import type { Metadata } from 'next'

import { readForPage } from '@/app/read-page'
import { requireMembership } from '@/app/require-membership'
import { missingPermission } from '@/components/organization/missing-permission'
import { SshKeysCard } from '@/components/organization/ssh-keys-card'
import { paths } from '@/components/paths'
import { sshKeyList } from '@/lib/contract/organization'

export const metadata: Metadata = { title: 'SSH keys' }

/** Keys that read private repositories. */
export default async function KeysPage() {
  const { organization, role } = await requireMembership(paths.settings('keys'))
  const keys = await readForPage(sshKeyList, { organizationId: organization.id })
  return <SshKeysCard organizationId={organization.id} first={keys} disabledReason={missingPermission(role, 'key.manage')} />
}
