import type { z } from 'zod'

import type { EnvironmentView, ProjectView } from '../../contract/project'
import type { Db } from '../../db/connection'
import { ofProjects, type EnvironmentRow } from '../../db/queries/environments'
import type { ProjectRow } from '../../db/queries/projects'

export function toEnvironmentView({ id, name, slug }: EnvironmentRow): z.infer<typeof EnvironmentView> {
  return { id, name, slug }
}

export function toProjectView(project: ProjectRow, environments: readonly EnvironmentRow[]): ProjectView {
  const { id, organizationId, name, slug, createdAt } = project
  return { id, organizationId, name, slug, createdAt: createdAt.toISOString(), environments: environments.map(toEnvironmentView) }
}

export async function projectView(db: Db, project: ProjectRow): Promise<ProjectView> {
  return toProjectView(project, await ofProjects(db, [project.id]))
}
