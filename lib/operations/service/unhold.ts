import { serviceUnhold } from '../../contract/service'
import { lock, setHold } from '../../db/queries/services'
import { canUnhold } from '../../domain/service-can'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { serviceView } from './view'

/** Takes automatic deploys again. */
export const unholdService = implement(serviceUnhold, async (ctx, { serviceId }) => {
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  demand(canUnhold(service.hold))
  await setHold(ctx.db, serviceId, null)
  await recordHere(ctx, { type: 'service.unheld', subject: service.name })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return serviceView(ctx, serviceId)
})
