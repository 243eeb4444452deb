'use client'

import { Search } from 'lucide-react'
import { Fragment, useEffect, useState, type ReactNode } from 'react'

import { fetchQuery } from '@/components/client/query'
import { useLiveQuery } from '@/components/service/use-live-query'
import { EmptyState } from '@/components/ui/empty-state'
import { Input } from '@/components/ui/input'
import { LoadMore } from '@/components/ui/load-more'
import { PageHeader } from '@/components/ui/page-header'
import { usePages, type Page } from '@/components/ui/use-pages'
import { projectList } from '@/lib/contract/doors'
import type { ProjectCardView } from '@/lib/contract/project'

import { ProjectCard } from './project-card'

export type ProjectGridProps = { organizationId: string; first: Page<ProjectCardView>; createButton: ReactNode }

/** As many as the page begins with. */
const FIRST = 24
const LOOK_MS = 10_000

/** The projects of an organization, with search. What the first of them show follows the present. */
export function ProjectGrid({ organizationId, first, createButton }: ProjectGridProps) {
  const [search, setSearch] = useState('')
  const pages = usePages(first, (cursor) => fetchQuery(projectList, { organizationId, cursor, limit: 100 }))
  const { data: now } = useLiveQuery(projectList, { organizationId, limit: FIRST }, { initial: first, version: '', everyMs: LOOK_MS })
  const present = new Map(now.items.map((project) => [project.id, project]))
  const items = pages.items.map((project) => present.get(project.id) ?? project)
  const wanted = search.trim().toLocaleLowerCase()
  const { hasMore, pending, loadMore, error } = pages
  // A search looks through all projects: the pages that are not here yet follow one after another.
  useEffect(() => {
    if (wanted !== '' && hasMore && !pending && error === null) void loadMore()
  }, [wanted, hasMore, pending, error, loadMore])
  const shown = wanted === '' ? items : items.filter((project) => matches(project, wanted))
  return (
    <>
      <PageHeader
        title="Projects"
        actions={
          <>
            <Input type="search" size="medium" aria-label="Search projects" placeholder="Search" icon={<Search />} value={search} onChange={(event) => setSearch(event.target.value)} className="w-44 sm:w-56" />
            {/* Made by the server: React would ask it for a key among several children. */}
            <Fragment key="create">{createButton}</Fragment>
          </>
        }
      />
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {shown.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </ul>
      <p role="status" className="sr-only">
        {wanted === '' ? '' : `${shown.length} of ${pages.items.length} projects`}
      </p>
      {shown.length === 0 && !hasMore ? <EmptyState title={`Nothing matches “${search.trim()}”`}>Search looks at the names of projects and of their services.</EmptyState> : null}
      <LoadMore {...pages} />
    </>
  )
}

function matches(project: ProjectCardView, wanted: string): boolean {
  return [project.name, ...project.nodes.map((node) => node.name)].some((name) => name.toLocaleLowerCase().includes(wanted))
}
