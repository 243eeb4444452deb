import { environmentCreate } from '../../contract/project'
import * as environments from '../../db/queries/environments'
import * as projects from '../../db/queries/projects'
import { firstFree, slugify } from '../../domain/name'
import { hasNetwork, type TargetKind } from '../../domain/target'
import { AppError, notFound } from '../../errors'
import { newId } from '../../ids'
import { implement } from '../implement'
import { toEnvironmentView } from '../project/view'
import { recordHere } from '../record-here'
import { chooseTarget } from '../target/choose'

const MAX_ENVIRONMENTS = 20

export const createEnvironment = implement(environmentCreate, async (ctx, { projectId, name, targetId, linksOnly = false }) => {
  const project = await projects.lock(ctx.db, projectId)
  if (!project) throw notFound('project')
  const present = await environments.ofProjects(ctx.db, [projectId])
  refuseTakenName(name, present)
  if (present.length >= MAX_ENVIRONMENTS) {
    throw new AppError('limit_exceeded', `This project already has ${MAX_ENVIRONMENTS} environments. Delete one that is no longer needed.`)
  }
  const taken = await environments.slugs(ctx.db, projectId)
  const slug = firstFree(slugify(name, 'environment'), (candidate) => taken.has(candidate))
  const target = await chooseTarget(ctx, targetId)
  if (linksOnly) demandNetwork(target)
  const environment = await environments.insert(ctx.db, { id: newId('environment'), projectId, name, slug, targetId: target.id, linksOnly, createdAt: ctx.now() })
  await recordHere(ctx, { type: 'environment.created', subject: name, environmentId: environment.id })
  return toEnvironmentView({ ...environment, target })
})

/** Refuses a name that another environment of the project has. */
export function refuseTakenName(name: string, others: readonly { name: string }[]): void {
  if (!others.some((environment) => environment.name.toLowerCase() === name.toLowerCase())) return
  throw new AppError('conflict', `This project already has an environment named ${name}. Choose another name.`, { fields: { name: 'Is already in use.' } })
}

/** Refuses to keep apart what is not linked where there is no network to do it. */
export function demandNetwork(target: { name: string; kind: TargetKind }): void {
  if (hasNetwork(target.kind)) return
  const message = `On ${target.name} environments have no network of their own, so what is not linked cannot be kept apart. Choose a Docker target.`
  throw new AppError('invalid_input', `linksOnly: ${message}`, { fields: { linksOnly: message } })
}
