import { groupDelete } from '../../contract/group'
import { lock as lockEnvironment } from '../../db/queries/environments'
import { lock, remove } from '../../db/queries/groups'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { implement } from '../implement'
import { recordHere } from '../record-here'

/** Only the frame goes. */
export const deleteGroup = implement(groupDelete, async (ctx, { groupId }) => {
  await lockEnvironment(ctx.db, ctx.scope.environmentId!)
  const group = await lock(ctx.db, groupId)
  if (!group) throw notFound('group')
  await remove(ctx.db, groupId)
  await recordHere(ctx, { type: 'group.deleted', subject: group.name })
  await announce(ctx.db, { kind: 'graph', environmentId: group.environmentId })
  return { ok: true as const }
})
