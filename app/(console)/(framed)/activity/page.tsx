import type { Metadata } from 'next'

import { readForPage } from '@/app/read-page'
import { requireMembership } from '@/app/require-membership'
import { ActivityList } from '@/components/activity/activity-list'
import { paths } from '@/components/paths'
import { RefreshOnReturn } from '@/components/ui/refresh-on-return'
import { eventList } from '@/lib/contract/organization'
import { projectList } from '@/lib/contract/project'

export const metadata: Metadata = { title: 'Activity' }

/** Every event of the organization. */
export default async function ActivityPage({ searchParams }: { searchParams: Promise<{ project?: string | string[] }> }) {
  const { project } = await searchParams
  const projectId = typeof project === 'string' && project !== '' ? project : null
  const { organization } = await requireMembership(paths.activity(projectId ?? undefined))
  const organizationId = organization.id
  const [first, projects] = await Promise.all([
    readForPage(eventList, { organizationId, ...(projectId === null ? {} : { projectId }) }),
    readForPage(projectList, { organizationId, limit: 100 }),
  ])
  return (
    <>
      <RefreshOnReturn />
      <ActivityList organizationId={organizationId} first={first} projects={projects.items.map(({ id, name }) => ({ id, name }))} projectId={projectId} />
    </>
  )
}
