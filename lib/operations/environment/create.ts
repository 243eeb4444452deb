import { environmentCreate } from '../../contract/project'
import * as environments from '../../db/queries/environments'
import * as projects from '../../db/queries/projects'
import { firstFree, slugify } from '../../domain/name'
import { AppError, notFound } from '../../errors'
import { newId } from '../../ids'
import { implement } from '../implement'
import { toEnvironmentView } from '../project/view'
import { recordHere } from '../record-here'

const MAX_ENVIRONMENTS = 20

export const createEnvironment = implement(environmentCreate, async (ctx, { projectId, name }) => {
  const project = await projects.lock(ctx.db, projectId)
  if (!project) throw notFound('project')
  const present = await environments.ofProjects(ctx.db, [projectId])
  if (present.some((environment) => environment.name.toLowerCase() === name.toLowerCase())) {
    throw new AppError('conflict', `This project already has an environment named ${name}. Choose another name.`, { fields: { name: 'Is already in use.' } })
  }
  if (present.length >= MAX_ENVIRONMENTS) {
    throw new AppError('limit_exceeded', `This project already has ${MAX_ENVIRONMENTS} environments. Delete one that is no longer needed.`)
  }
  const taken = await environments.slugs(ctx.db, projectId)
  const slug = firstFree(slugify(name, 'environment'), (candidate) => taken.has(candidate))
  const environment = await environments.insert(ctx.db, { id: newId('environment'), projectId, name, slug, createdAt: ctx.now() })
  await recordHere(ctx, { type: 'environment.created', subject: name, environmentId: environment.id })
  return toEnvironmentView(environment)
})
