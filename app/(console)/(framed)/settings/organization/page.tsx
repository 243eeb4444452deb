import type { Metadata } from 'next'

import { requireMembership } from '@/app/require-membership'
import { missingPermission } from '@/components/organization/missing-permission'
import { OrganizationForm } from '@/components/organization/organization-form'
import { ROLE_POWERS } from '@/components/organization/role-powers'
import { ROLE_WORDS } from '@/components/organization/role-words'
import { paths } from '@/components/paths'
import { SectionCard } from '@/components/ui/card'

export const metadata: Metadata = { title: 'Organization' }

/** Name of the organization, and what one is in it. */
export default async function OrganizationPage() {
  const { organization, role } = await requireMembership(paths.settings('organization'))
  return (
    <>
      <OrganizationForm key={organization.id} organization={organization} disabledReason={missingPermission(role, 'organization.manage')} />
      <SectionCard title="Your role" description={`You are ${ROLE_WORDS[role].article}: ${ROLE_POWERS[role]}`} />
    </>
  )
}
