import { channelTest } from '../../contract/channel'
import { lock, outboxOf } from '../../db/queries/channels'
import { queueDelivery } from '../../db/queries/engine/deliveries'
import { organizationById } from '../../db/queries/accounts'
import { AppError, notFound } from '../../errors'
import { record } from '../../events/record'
import { enqueue } from '../../queue/jobs'
import { implement } from '../implement'
import { channelView } from './view'

/** The worker sends it: the web process reaches no other machines. */
export const testChannel = implement(channelTest, async (ctx, { channelId }) => {
  const { organizationId } = ctx.scope
  const row = await lock(ctx.db, organizationId, channelId)
  if (!row) throw notFound('channel')
  const { test } = await outboxOf(ctx.db, channelId)
  if (test?.status === 'queued') throw new AppError('not_now', 'A test is on its way already. It ends within a few seconds, once a worker is there.')
  const organization = await organizationById(ctx.db, organizationId)
  await queueDelivery(ctx.db, channelId, { kind: 'test', organization: { id: organizationId, name: organization?.name ?? organizationId }, at: ctx.now().toISOString(), by: ctx.actor.name, url: ctx.config.publicUrl }, ctx.now())
  await enqueue(ctx.db, { task: 'deliver-alerts', channelId })
  await record(ctx.db, ctx, { type: 'channel.tested', subject: row.name, organizationId })
  return channelView(ctx.db, row)
})
