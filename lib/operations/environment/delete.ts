import { environmentDelete } from '../../contract/project'
import * as environments from '../../db/queries/environments'
import * as projects from '../../db/queries/projects'
import { AppError, notFound } from '../../errors'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { takeDown } from './take-down'

/** Hidden at once; the worker takes everything down and removes the rows when nothing is left. */
export const deleteEnvironment = implement(environmentDelete, async (ctx, { environmentId }) => {
  // The project first: two last environments cannot be deleted at the same time.
  const project = await projects.lock(ctx.db, ctx.scope.projectId!)
  const present = project ? await environments.ofProjects(ctx.db, [project.id]) : []
  const environment = present.find(({ id }) => id === environmentId)
  if (!environment) throw notFound('environment')
  if (present.length === 1) throw new AppError('not_now', 'This is the only environment of its project. Create another one first, or delete the project.')
  await takeDown(ctx, [environment])
  await recordHere(ctx, { type: 'environment.deleted', subject: environment.name })
  return { ok: true as const }
})
