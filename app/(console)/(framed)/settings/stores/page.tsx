import type { Metadata } from 'next'

import { readForPage } from '@/app/read-page'
import { requireMembership } from '@/app/require-membership'
import { missingPermission } from '@/components/organization/missing-permission'
import { StoresCard } from '@/components/organization/stores-card'
import { paths } from '@/components/paths'
import { storeList } from '@/lib/contract/store'

export const metadata: Metadata = { title: 'Snapshot stores' }

/** Places outside of the machine where snapshots are kept. */
export default async function StoresPage() {
  const { organization, role } = await requireMembership(paths.settings('stores'))
  const stores = await readForPage(storeList, { organizationId: organization.id })
  return <StoresCard organizationId={organization.id} first={stores} disabledReason={missingPermission(role, 'key.manage')} />
}
