import { FolderPlus, UsersRound } from 'lucide-react'
import type { Metadata } from 'next'

import { currentMembership, readForPage, requireViewer } from '@/app/read-page'
import { CreateProject } from '@/components/project/create-project'
import { ProjectGrid } from '@/components/project/project-grid'
import { missingPermission } from '@/components/organization/missing-permission'
import { paths } from '@/components/paths'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { RefreshOnReturn } from '@/components/ui/refresh-on-return'
import { templateList } from '@/lib/contract/instance'
import { sshKeyList } from '@/lib/contract/organization'
import { projectList } from '@/lib/contract/project'
import { registryList } from '@/lib/contract/registry'
import { targetList } from '@/lib/contract/target'

export const metadata: Metadata = { title: 'Projects' }

/** Everything the organization ships, as miniatures. */
export default async function ProjectsPage() {
  const membership = await currentMembership(await requireViewer(paths.projects()))
  if (membership === null) {
    return (
      <EmptyState icon={<UsersRound />} title="You are in no organization">
        Ask an administrator of this instance for an invitation.
      </EmptyState>
    )
  }
  const organizationId = membership.organization.id
  const [first, templates, keys, registries, targets] = await Promise.all([
    readForPage(projectList, { organizationId, limit: 24 }),
    readForPage(templateList, {}),
    readForPage(sshKeyList, { organizationId, limit: 100 }),
    readForPage(registryList, { organizationId, limit: 100 }),
    readForPage(targetList, { organizationId, limit: 100 }),
  ])
  const create = <CreateProject organizationId={organizationId} templates={templates.items} sshKeys={keys.items.map(({ id, name }) => ({ id, name }))} registries={registries.items.map(({ id, name }) => ({ id, name }))} targets={targets.items} disabledReason={missingPermission(membership.role, 'project.write')} />
  if (first.items.length === 0) {
    return (
      <>
        <PageHeader title="Projects" />
        <EmptyState icon={<FolderPlus />} title="No projects yet" action={create}>
          A project holds the services that ship together. Begin with a repository, an image, a template or an empty canvas.
        </EmptyState>
      </>
    )
  }
  return (
    <>
      <RefreshOnReturn />
      <ProjectGrid organizationId={organizationId} first={first} createButton={create} />
    </>
  )
}
