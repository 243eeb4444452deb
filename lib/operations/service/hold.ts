import { serviceHold } from '../../contract/service'
import { lock, setHold, type ServiceRow } from '../../db/queries/services'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { serviceView } from './view'

/** Refuses automatic deploys until somebody says otherwise; held already, it is held anew with this reason. */
export const holdService = implement(serviceHold, async (ctx, { serviceId, reason }) => {
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  await holdDeploys(ctx, service, reason)
  return serviceView(ctx, serviceId)
})

/** Holds automatic deploys of a service that is locked. */
export async function holdDeploys(ctx: ScopedCtx, service: ServiceRow, reason: string): Promise<void> {
  const { userId: id, name } = ctx.actor
  await setHold(ctx.db, service.id, { at: ctx.now().toISOString(), by: { id, name }, reason })
  await recordHere(ctx, { type: 'service.held', subject: service.name, data: { reason } })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
}
