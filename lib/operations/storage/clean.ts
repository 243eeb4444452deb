import { storageClean } from '../../contract/storage'
import { askForCleaning, storageOf } from '../../db/queries/storage'
import { find } from '../../db/queries/targets'
import { AppError, notFound } from '../../errors'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { storageViews } from './view'

/** Writes that it is wanted; the worker removes what nothing needs by then. */
export const cleanStorage = implement(storageClean, async (ctx, { targetId }) => {
  const target = await find(ctx.db, ctx.scope.organizationId, targetId)
  if (!target) throw notFound('target')
  if (target.kind !== 'docker') throw new AppError('not_now', `${target.name} is no Docker target: what nothing needs is removed there by itself.`)
  await askForCleaning(ctx.db, targetId, ctx.now())
  await recordHere(ctx, { type: 'target.cleaned', subject: target.name })
  const [view] = await storageViews(ctx, await storageOf(ctx.db, ctx.scope.organizationId, targetId))
  return view!
})
