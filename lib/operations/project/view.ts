import type { EnvironmentView, ProjectView } from '../../contract/project'
import type { Db } from '../../db/connection'
import { ofProjects, type TargetedEnvironment } from '../../db/queries/environments'
import type { ProjectRow } from '../../db/queries/projects'

export function toEnvironmentView({ id, name, slug, target, linksOnly }: TargetedEnvironment): EnvironmentView {
  return { id, name, slug, target: { id: target.id, name: target.name, kind: target.kind }, linksOnly }
}

export function toProjectView(project: ProjectRow, environments: readonly TargetedEnvironment[]): ProjectView {
  const { id, organizationId, name, slug, createdAt } = project
  return { id, organizationId, name, slug, createdAt: createdAt.toISOString(), environments: environments.map(toEnvironmentView) }
}

export async function projectView(db: Db, project: ProjectRow): Promise<ProjectView> {
  return toProjectView(project, await ofProjects(db, [project.id]))
}
