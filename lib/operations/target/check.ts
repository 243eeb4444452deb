import { eq } from 'drizzle-orm'

import { targetCheck } from '../../contract/target'
import { lock } from '../../db/queries/targets'
import { targets } from '../../db/schema/target'
import { notFound } from '../../errors'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { targetView } from './view'

/** Writes that somebody wants to know; the worker looks and writes what it finds. */
export const checkTarget = implement(targetCheck, async (ctx, { targetId }) => {
  const target = await lock(ctx.db, ctx.scope.organizationId, targetId)
  if (!target) throw notFound('target')
  await ctx.db.update(targets).set({ checkAskedAt: ctx.now() }).where(eq(targets.id, targetId))
  await recordHere(ctx, { type: 'target.checked', subject: target.name })
  return targetView(ctx, targetId)
})
