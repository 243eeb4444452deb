import type { Metadata } from 'next'

import { readForPage } from '@/app/read-page'
import { requireMembership } from '@/app/require-membership'
import { missingPermission } from '@/components/organization/missing-permission'
import { RegistriesCard } from '@/components/organization/registries-card'
import { paths } from '@/components/paths'
import { registryList } from '@/lib/contract/registry'

export const metadata: Metadata = { title: 'Registries' }

/** Credentials for private images. */
export default async function RegistriesPage() {
  const { organization, role } = await requireMembership(paths.settings('registries'))
  const registries = await readForPage(registryList, { organizationId: organization.id })
  return <RegistriesCard organizationId={organization.id} first={registries} disabledReason={missingPermission(role, 'key.manage')} />
}
