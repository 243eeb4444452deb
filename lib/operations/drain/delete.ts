import { eq } from 'drizzle-orm'

import { drainDelete } from '../../contract/drain'
import { lock } from '../../db/queries/drains'
import { drains } from '../../db/schema/drain'
import { notFound } from '../../errors'
import { record } from '../../events/record'
import { implement } from '../implement'

export const deleteDrain = implement(drainDelete, async (ctx, { drainId }) => {
  const { organizationId } = ctx.scope
  const row = await lock(ctx.db, organizationId, drainId)
  if (!row) throw notFound('drain')
  await ctx.db.delete(drains).where(eq(drains.id, drainId))
  await record(ctx.db, ctx, { type: 'drain.deleted', subject: row.name, organizationId })
  return { ok: true as const }
})
