import { eq } from 'drizzle-orm'

import { drainPause } from '../../contract/drain'
import { lock } from '../../db/queries/drains'
import { drains } from '../../db/schema/drain'
import { notFound } from '../../errors'
import { record } from '../../events/record'
import { implement } from '../implement'
import { drainView } from './view'

export const pauseDrain = implement(drainPause, async (ctx, { drainId }) => {
  const { organizationId } = ctx.scope
  const row = await lock(ctx.db, organizationId, drainId)
  if (!row) throw notFound('drain')
  await ctx.db.update(drains).set({ isPaused: true }).where(eq(drains.id, drainId))
  await record(ctx.db, ctx, { type: 'drain.paused', subject: row.name, organizationId })
  return drainView(ctx.db, { ...row, isPaused: true }, ctx.now())
})
