import type { Metadata } from 'next'

import { readForPage } from '@/app/read-page'
import { requireMembership } from '@/app/require-membership'
import { missingPermission } from '@/components/organization/missing-permission'
import { paths } from '@/components/paths'
import { TargetsCard } from '@/components/target/targets-card'
import { targetList } from '@/lib/contract/target'

export const metadata: Metadata = { title: 'Targets' }

/** Machines that environments run on. */
export default async function TargetsPage() {
  const { organization, role } = await requireMembership(paths.settings('targets'))
  const targets = await readForPage(targetList, { organizationId: organization.id, limit: 100 })
  return <TargetsCard organizationId={organization.id} initial={targets} disabledReason={missingPermission(role, 'target.manage')} />
}
