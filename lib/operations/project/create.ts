import { projectCreate } from '../../contract/project'
import * as environments from '../../db/queries/environments'
import * as projects from '../../db/queries/projects'
import { firstFree, slugify } from '../../domain/name'
import { AppError } from '../../errors'
import { newId } from '../../ids'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { chooseTarget } from '../target/choose'
import { toProjectView } from './view'

const MAX_PROJECTS = 500

/** Names may repeat within an organization, slugs may not: the second "Shop" is `shop-2`. */
export const createProject = implement(projectCreate, async (ctx, { name, targetId }) => {
  const { organizationId } = ctx.scope
  await projects.lockOrganization(ctx.db, organizationId)
  if ((await projects.countOf(ctx.db, organizationId)) >= MAX_PROJECTS) {
    throw new AppError('limit_exceeded', `This organization already has ${MAX_PROJECTS} projects. Delete one that is no longer needed.`)
  }
  const base = slugify(name, 'project')
  const taken = await projects.slugsLike(ctx.db, organizationId, base)
  const slug = firstFree(base, (candidate) => taken.has(candidate))

  const target = await chooseTarget(ctx, targetId)
  const project = await projects.insert(ctx.db, { id: newId('project'), organizationId, name, slug, createdAt: ctx.now() })
  const production = await environments.insert(ctx.db, { id: newId('environment'), projectId: project.id, name: 'production', slug: 'production', targetId: target.id, createdAt: ctx.now() })
  await recordHere(ctx, { type: 'project.created', subject: name, projectId: project.id })
  return toProjectView(project, [{ ...production, target }])
})
