import { serviceInspect } from '../../contract/service'
import { lock, setInspection, type ServiceRow } from '../../db/queries/services'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { serviceView } from './view'

export const inspectService = implement(serviceInspect, async (ctx, { serviceId }) => {
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  if (service.source.type === 'database') throw new AppError('not_now', 'A database has no source to read: it runs the server of its engine.')
  await beginInspection(ctx, service, service.inspection?.recipe ?? null)
  await recordHere(ctx, { type: 'service.inspected', subject: service.name })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return serviceView(ctx, serviceId)
})

/** Has the source read again; until then `recipe`, what was found before, may still be shown. */
export async function beginInspection(ctx: ScopedCtx, service: Pick<ServiceRow, 'id'>, recipe: NonNullable<ServiceRow['inspection']>['recipe']): Promise<void> {
  await setInspection(ctx.db, service.id, { status: 'pending', recipe, dockerfile: null, commit: null, failure: null, at: ctx.now().toISOString() })
  await enqueue(ctx.db, { task: 'inspect', serviceId: service.id })
}
