import { eq } from 'drizzle-orm'

import { drainTest } from '../../contract/drain'
import { lock } from '../../db/queries/drains'
import { drains } from '../../db/schema/drain'
import { AppError, notFound } from '../../errors'
import { record } from '../../events/record'
import { implement } from '../implement'
import { drainView } from './view'

/** The worker that leads sends it within a moment: the web process reaches no other machines. */
export const testDrain = implement(drainTest, async (ctx, { drainId }) => {
  const { organizationId } = ctx.scope
  const row = await lock(ctx.db, organizationId, drainId)
  if (!row) throw notFound('drain')
  if (row.test?.status === 'queued') throw new AppError('not_now', 'A test is on its way already. It ends within a minute, once a worker is there.')
  const test = { status: 'queued' as const, answer: null, at: ctx.now().toISOString(), by: ctx.actor.name }
  await ctx.db.update(drains).set({ test }).where(eq(drains.id, drainId))
  await record(ctx.db, ctx, { type: 'drain.tested', subject: row.name, organizationId })
  return drainView(ctx.db, { ...row, test }, ctx.now())
})
