import type { Metadata } from 'next'

import { readForPage } from '@/app/read-page'
import { requireMembership } from '@/app/require-membership'
import { DrainsCard } from '@/components/drain/drains-card'
import { missingPermission } from '@/components/organization/missing-permission'
import { paths } from '@/components/paths'
import { drainList } from '@/lib/contract/drain'
import { projectList } from '@/lib/contract/project'

export const metadata: Metadata = { title: 'Drains' }

/** Where log lines and metrics are sent to besides being kept. */
export default async function DrainsPage() {
  const { organization, role } = await requireMembership(paths.settings('drains'))
  const organizationId = organization.id
  const [drains, projects] = await Promise.all([readForPage(drainList, { organizationId }), readForPage(projectList, { organizationId, limit: 100 })])
  const places = projects.items.map(({ id, name, environments }) => ({ id, name, environments: environments.map((environment) => ({ id: environment.id, name: environment.name })) }))
  return <DrainsCard organizationId={organizationId} first={drains} places={places} disabledReason={missingPermission(role, 'key.manage')} />
}
