import { projectGet } from '../../contract/project'
import { find } from '../../db/queries/projects'
import { notFound } from '../../errors'
import { implement } from '../implement'
import { projectView } from './view'

export const getProject = implement(projectGet, async (ctx, { projectId }) => {
  const project = await find(ctx.db, projectId)
  if (!project) throw notFound('project')
  return projectView(ctx.db, project)
})
