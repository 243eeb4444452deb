import { targetPrefer } from '../../contract/target'
import { lock, prefer } from '../../db/queries/targets'
import { notFound } from '../../errors'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { targetView } from './view'

export const preferTarget = implement(targetPrefer, async (ctx, { targetId }) => {
  const { organizationId } = ctx.scope
  const target = await lock(ctx.db, organizationId, targetId)
  if (!target) throw notFound('target')
  await prefer(ctx.db, organizationId, targetId)
  await recordHere(ctx, { type: 'target.preferred', subject: target.name })
  return targetView(ctx, targetId)
})
