import { eq } from 'drizzle-orm'

import { drainResume } from '../../contract/drain'
import { find, lock, skipWaiting } from '../../db/queries/drains'
import { drains } from '../../db/schema/drain'
import { notFound } from '../../errors'
import { record } from '../../events/record'
import { implement } from '../implement'
import { drainView } from './view'

export const resumeDrain = implement(drainResume, async (ctx, { drainId, skip = false }) => {
  const { organizationId } = ctx.scope
  const row = await lock(ctx.db, organizationId, drainId)
  if (!row) throw notFound('drain')
  // What is on its way was read before: where it ends says nothing of how far this one is.
  await ctx.db.update(drains).set({ isPaused: false, retryAt: null, ...(skip ? { version: row.version + 1 } : {}) }).where(eq(drains.id, drainId))
  if (skip) await skipWaiting(ctx.db, drainId, ctx.now())
  await record(ctx.db, ctx, { type: 'drain.resumed', subject: row.name, organizationId, data: { skip } })
  return drainView(ctx.db, (await find(ctx.db, organizationId, drainId))!, ctx.now())
})
