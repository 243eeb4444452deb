import { groupUpdate } from '../../contract/group'
import { lock as lockEnvironment } from '../../db/queries/environments'
import { configure, join, lock, nodesOf, type GroupRow } from '../../db/queries/groups'
import { moveRows } from '../../db/queries/places'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { demandNodes } from './demand-nodes'
import { toGroupView } from './view'

/** Moves a frame with what is in it, renames it, or changes what is in it. */
export const updateGroup = implement(groupUpdate, async (ctx, { groupId, add = [], remove = [], ifName, name, ...frame }) => {
  // The environment first, as everywhere.
  await lockEnvironment(ctx.db, ctx.scope.environmentId!)
  const group = await lock(ctx.db, groupId)
  if (!group) throw notFound('group')
  if (ifName !== undefined && ifName !== group.name) throw new AppError('conflict', `This group is called ${group.name} by now. Look at it before you rename it.`)
  await demandNodes(ctx, group.environmentId, add)
  const inside = await nodesOf(ctx.db, groupId)
  await moveAlong(ctx, group, { x: frame.x ?? group.x, y: frame.y ?? group.y })
  const change = Object.fromEntries(Object.entries({ name, ...frame }).filter(([, value]) => value !== undefined))
  await configure(ctx.db, groupId, change)
  await join(ctx.db, groupId, add)
  await join(ctx.db, null, remove.filter((id) => inside.some((node) => node.id === id)))
  await recordHere(ctx, { type: 'group.updated', subject: name ?? group.name, data: { changed: Object.keys(change), added: add.length, removed: remove.length } })
  await announce(ctx.db, { kind: 'graph', environmentId: group.environmentId })
  return toGroupView({ ...group, ...change })
})

async function moveAlong(ctx: ScopedCtx, group: GroupRow, to: { x: number; y: number }): Promise<void> {
  if (to.x === group.x && to.y === group.y) return
  const places = (await nodesOf(ctx.db, group.id)).map(({ id, x, y }) => ({ id, x: x + to.x - group.x, y: y + to.y - group.y }))
  for (const table of ['services', 'volumes'] as const) await moveRows(ctx.db, table, { environmentId: group.environmentId, places })
}
