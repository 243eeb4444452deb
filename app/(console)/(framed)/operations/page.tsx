import { ShieldAlert } from 'lucide-react'
import type { Metadata } from 'next'

import { readForPage } from '@/app/read-page'
import { requireMembership } from '@/app/require-membership'
import { OperationsView } from '@/components/operations/operations-view'
import { PAGE } from '@/components/operations/page-size'
import { missingPermission } from '@/components/organization/missing-permission'
import { paths } from '@/components/paths'
import { EmptyState } from '@/components/ui/empty-state'
import { jobList, jobOverview } from '@/lib/contract/job'
import { storageList } from '@/lib/contract/storage'
import { JOB_STATUSES } from '@/lib/domain/job'

export const metadata: Metadata = { title: 'Operations' }

/** What the queue holds for the organization, who works, and what is stuck. */
export default async function OperationsPage({ searchParams }: { searchParams: Promise<{ status?: string | string[] }> }) {
  const given = (await searchParams).status
  const status = JOB_STATUSES.find((each) => each === given)
  const { organization, role } = await requireMembership(paths.operations(status))
  const reason = missingPermission(role, 'job.manage')
  if (reason !== null) {
    return (
      <EmptyState heading icon={<ShieldAlert />} title="This page is for those who run the organization">
        {reason} Ask one of them to look.
      </EmptyState>
    )
  }
  const organizationId = organization.id
  const [overview, storage, jobs] = await Promise.all([readForPage(jobOverview, { organizationId }), readForPage(storageList, { organizationId }), readForPage(jobList, { organizationId, limit: PAGE, ...(status === undefined ? {} : { status }) })])
  return <OperationsView organizationId={organizationId} status={status} initial={{ overview, storage, jobs }} />
}
