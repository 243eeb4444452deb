import { serviceStart } from '../../contract/service'
import { lock, wake } from '../../db/queries/services'
import { canStart } from '../../domain/service-can'
import { notFound } from '../../errors'
import { implement } from '../implement'
import { changeDesired, follow } from './change-desired'

/** Runs the version again that was healthy last. One that sleeps is wanted already, and only woken. */
export const startService = implement(serviceStart, async (ctx, { serviceId }) => {
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  if (service.desired !== 'running' || service.sleepingAt === null) return changeDesired(ctx, serviceId, { desired: 'running', rule: canStart, event: 'service.started' })
  await wake(ctx.db, serviceId, ctx.now())
  return follow(ctx, service, 'service.woken')
})
