import { groupCreate } from '../../contract/group'
import * as environments from '../../db/queries/environments'
import { countOf, insert, join } from '../../db/queries/groups'
import { EMPTY_FRAME, frameAround } from '../../domain/frame'
import { freeSpot } from '../../domain/free-spot'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { newId } from '../../ids'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { placesIn } from '../service/places'
import { demandNodes } from './demand-nodes'
import { toGroupView } from './view'

const MAX_GROUPS = 200

/** Draws a frame. Nothing that runs knows of it. */
export const createGroup = implement(groupCreate, async (ctx, { environmentId, name = 'Group', nodes = [], ...wanted }) => {
  const environment = await environments.lock(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  if ((await countOf(ctx.db, environmentId)) >= MAX_GROUPS) throw new AppError('limit_exceeded', `An environment holds at most ${MAX_GROUPS} groups. Take one away that is no longer needed.`)
  const around = frameAround(await demandNodes(ctx, environmentId, nodes)) ?? { ...freeSpot(await placesIn(ctx.db, environmentId)), ...EMPTY_FRAME }
  const { x = around.x, y = around.y, width = around.width, height = around.height } = wanted
  const row = await insert(ctx.db, { id: newId('group'), environmentId, name, x, y, width, height, createdAt: ctx.now() })
  await join(ctx.db, row.id, nodes)
  await recordHere(ctx, { type: 'group.created', subject: name, data: { nodes: nodes.length } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return toGroupView(row)
})
