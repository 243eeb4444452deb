import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { missingPermission } from '@/components/organization/missing-permission'
import { paths } from '@/components/paths'
import { DeleteProject } from '@/components/project/delete-project'
import { EnvironmentsCard } from '@/components/project/environments-card'
import { ProjectForm } from '@/components/project/project-form'
import { ButtonLink } from '@/components/ui/button-link'
import { PageHeader } from '@/components/ui/page-header'
import { projectGet } from '@/lib/contract/project'
import { targetList } from '@/lib/contract/target'

type Props = { params: Promise<{ project: string }> }

export const metadata: Metadata = { title: 'Project settings' }

/** Name, environments and end of a project. */
export default async function ProjectSettingsPage({ params }: Props) {
  const { project: projectId } = await params
  const viewer = await requireViewer(paths.projectSettings(projectId))
  const project = await readForPage(projectGet, { projectId })
  const role = viewer.memberships.find(({ organization }) => organization.id === project.organizationId)?.role ?? 'viewer'
  const first = project.environments[0]
  const targets = await readForPage(targetList, { organizationId: project.organizationId, limit: 100 })
  return (
    <>
      <PageHeader
        title={project.name}
        description="Project settings"
        actions={
          <ButtonLink href={first === undefined ? paths.projects() : paths.canvas(project.id, first.id)} icon={<ArrowLeft />}>
            {first === undefined ? 'Projects' : 'Canvas'}
          </ButtonLink>
        }
      />
      <div className="max-w-3xl space-y-5">
        <ProjectForm key={project.name} project={project} disabledReason={missingPermission(role, 'project.write')} />
        <EnvironmentsCard projectId={project.id} environments={project.environments} targets={targets.items} addReason={missingPermission(role, 'project.write')} deleteReason={missingPermission(role, 'project.delete')} />
        <DeleteProject project={project} disabledReason={missingPermission(role, 'project.delete')} />
      </div>
    </>
  )
}
