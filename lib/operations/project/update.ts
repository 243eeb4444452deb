import { projectUpdate } from '../../contract/project'
import { rename } from '../../db/queries/projects'
import { notFound } from '../../errors'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { projectView } from './view'

/** The slug stays, because addresses of services carry it. */
export const updateProject = implement(projectUpdate, async (ctx, { projectId, name }) => {
  const project = await rename(ctx.db, projectId, name)
  if (!project) throw notFound('project')
  await recordHere(ctx, { type: 'project.updated', subject: name })
  return projectView(ctx.db, project)
})
