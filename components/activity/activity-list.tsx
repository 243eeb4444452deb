'use client'

import { History } from 'lucide-react'
import { useRouter } from 'next/navigation'

import { fetchQuery } from '@/components/client/query'
import { paths } from '@/components/paths'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { LoadMore } from '@/components/ui/load-more'
import { PageHeader } from '@/components/ui/page-header'
import { Select } from '@/components/ui/select'
import { usePages, type Page } from '@/components/ui/use-pages'
import { eventList } from '@/lib/contract/doors'
import type { EventView } from '@/lib/contract/organization'

import { EventRow } from './event-row'

export type ActivityListProps = {
  organizationId: string
  first: Page<EventView>
  projects: readonly { id: string; name: string }[]
  /** The project that is filtered for. */
  projectId: string | null
}

const ALL = 'all'

/** What happened, newest first, of one project or of all. */
export function ActivityList({ organizationId, first, projects, projectId }: ActivityListProps) {
  const router = useRouter()
  const filter = projectId === null ? {} : { projectId }
  const pages = usePages(first, (cursor) => fetchQuery(eventList, { organizationId, ...filter, cursor }))
  const names = new Map(projects.map((project) => [project.id, project.name]))
  return (
    <>
      <PageHeader
        title="Activity"
        actions={
          <Select
            label="Project"
            className="w-48"
            value={projectId ?? ALL}
            onValueChange={(value) => router.push(paths.activity(value === ALL ? undefined : value))}
            options={[{ value: ALL, label: 'All projects' }, ...projects.map((project) => ({ value: project.id, label: project.name }))]}
          />
        }
      />
      {pages.items.length === 0 ? (
        <EmptyState icon={<History />} title="Nothing has happened here yet">
          Deployments and changes appear here, with who made them.
        </EmptyState>
      ) : (
        <Card>
          <ol aria-label="Events, newest first">
            {pages.items.map((event) => (
              <EventRow key={event.id} event={event} projectName={event.projectId === null ? null : (names.get(event.projectId) ?? null)} />
            ))}
          </ol>
        </Card>
      )}
      <LoadMore {...pages} />
    </>
  )
}
