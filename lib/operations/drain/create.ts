import { drainCreate } from '../../contract/drain'
import { isUniqueViolation, type Db } from '../../db/connection'
import { countOf, find, isNameTaken, lastLineId } from '../../db/queries/drains'
import { find as findEnvironment } from '../../db/queries/environments'
import { find as findProject } from '../../db/queries/projects'
import { drains } from '../../db/schema/drain'
import { AppError, notFound } from '../../errors'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { sealDrainSecret } from '../../secrets/sealed-drain'
import { implement } from '../implement'
import { checkFilter, checkSecret, drainNameTaken, drainView, shownOf } from './view'

/** Each reads every line of its place. */
const MOST_DRAINS = 20

export const createDrain = implement(drainCreate, async (ctx, { name, settings, secret = {}, filter, kinds, ...place }) => {
  const { organizationId } = ctx.scope
  const id = newId('drain')
  if (await isNameTaken(ctx.db, { organizationId, id, name })) throw drainNameTaken(name)
  if ((await countOf(ctx.db, organizationId)) >= MOST_DRAINS) throw new AppError('limit_exceeded', `There are ${MOST_DRAINS} drains already. Delete one first.`)
  const { projectId, environmentId } = await placeOf(ctx.db, organizationId, place)
  checkFilter(filter)
  checkSecret(settings, secret)
  const shown = shownOf(secret)
  const secretSealed = shown.headerNames.length > 0 || shown.hasTag ? sealDrainSecret(ctx.seal, id, secret) : null
  await ctx.db
    .insert(drains)
    .values({ id, organizationId, projectId, environmentId, name, settings, secretSealed, ...shown, filter, kinds: [...new Set(kinds)], fromId: await lastLineId(ctx.db), metricsTo: ctx.now(), createdAt: ctx.now() })
    .catch((error: unknown) => {
      throw isUniqueViolation(error, 'drains_name') ? drainNameTaken(name) : error
    })
  await record(ctx.db, ctx, { type: 'drain.created', subject: name, organizationId, projectId, environmentId, data: { kind: settings.kind } })
  return drainView(ctx.db, (await find(ctx.db, organizationId, id))!, ctx.now())
})

/** Whose lines are meant, if they are of this organization. */
async function placeOf(db: Db, organizationId: string, { projectId, environmentId }: { projectId?: string | undefined; environmentId?: string | undefined }): Promise<{ projectId: string | null; environmentId: string | null }> {
  const project = projectId === undefined ? null : await findProject(db, projectId)
  if (projectId !== undefined && project?.organizationId !== organizationId) throw notFound('project')
  const environment = environmentId === undefined ? null : await findEnvironment(db, environmentId)
  if (environmentId !== undefined && environment?.project.organizationId !== organizationId) throw notFound('environment')
  if (environment !== null && project !== null && environment.projectId !== project.id) throw notFound('environment')
  return { projectId: environment === null ? (project?.id ?? null) : null, environmentId: environment?.id ?? null }
}
