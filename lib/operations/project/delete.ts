import { projectDelete } from '../../contract/project'
import { ofProjects } from '../../db/queries/environments'
import * as projects from '../../db/queries/projects'
import { notFound } from '../../errors'
import { takeDown } from '../environment/take-down'
import { implement } from '../implement'
import { recordHere } from '../record-here'

/** Hidden at once; the worker takes everything down and removes the rows when nothing is left. */
export const deleteProject = implement(projectDelete, async (ctx, { projectId }) => {
  const project = await projects.lock(ctx.db, projectId)
  if (!project) throw notFound('project')
  await projects.markDeleted(ctx.db, projectId, ctx.now())
  await takeDown(ctx, await ofProjects(ctx.db, [projectId]))
  await recordHere(ctx, { type: 'project.deleted', subject: project.name })
  return { ok: true as const }
})
