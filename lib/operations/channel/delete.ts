import { channelDelete } from '../../contract/channel'
import { lock, remove } from '../../db/queries/channels'
import { notFound } from '../../errors'
import { record } from '../../events/record'
import { implement } from '../implement'

export const deleteChannel = implement(channelDelete, async (ctx, { channelId }) => {
  const { organizationId } = ctx.scope
  const row = await lock(ctx.db, organizationId, channelId)
  if (!row) throw notFound('channel')
  await remove(ctx.db, organizationId, channelId)
  await record(ctx.db, ctx, { type: 'channel.deleted', subject: row.name, organizationId })
  return { ok: true as const }
})
