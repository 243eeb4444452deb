import { environmentBranch } from '../../contract/branch'
import { insert } from '../../db/queries/branches'
import * as environments from '../../db/queries/environments'
import { lock as lockProject } from '../../db/queries/projects'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { createEnvironment } from '../environment/create'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { planCopies, toCopies } from './copies'
import { drawAfter } from './draw-after'
import { branchView } from './view'

/** All of it is drawn here, at once or not at all; the data is copied by the worker. */
export const branchEnvironment = implement(environmentBranch, async (ctx, { environmentId: sourceId, name, data }) => {
  const found = await environments.find(ctx.db, sourceId)
  if (!found) throw notFound('environment')
  const planned = await planCopies(ctx, found, data)
  // The project first, as everywhere.
  await lockProject(ctx.db, found.projectId)
  const source = await environments.lock(ctx.db, sourceId)
  if (!source) throw notFound('environment')
  const { id: environmentId } = await createEnvironment.run(ctx, { projectId: source.projectId, name, targetId: source.targetId, linksOnly: source.linksOnly })
  const drawn = await drawAfter(ctx, source, environmentId)
  const copies = await toCopies(ctx, planned, drawn)
  const isOver = copies.length === 0
  await insert(ctx.db, { environmentId, sourceId, sourceName: source.name, status: isOver ? 'done' : 'running', copies, createdBy: ctx.actor.userId, createdAt: ctx.now(), finishedAt: isOver ? ctx.now() : null })
  if (!isOver) await enqueue(ctx.db, { task: 'branch', environmentId })
  await recordHere(ctx, { type: 'environment.branched', subject: name, environmentId, data: { from: source.name, copies: copies.map((copy) => copy.name), masked: copies.filter(({ masks }) => masks.length > 0).map((copy) => copy.name) } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return branchView(ctx.db, environmentId)
})
