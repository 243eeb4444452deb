import { volumeCreate } from '../../contract/volume'
import * as environments from '../../db/queries/environments'
import { lock } from '../../db/queries/services'
import { freeSpot, spotBelow } from '../../domain/free-spot'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { implement } from '../implement'
import { placesIn } from '../service/places'
import { drawVolume } from './draw-volume'
import { volumeView } from './view'

/** Draws a volume. Its bytes are made on the target when it is first needed there. */
export const createVolume = implement(volumeCreate, async (ctx, { environmentId, name, x, y, limitMib, serviceId, path }) => {
  const environment = await environments.lock(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  if ((serviceId === undefined) !== (path === undefined)) {
    throw new AppError('invalid_input', 'A volume is attached to a service at a path: give both, or neither.', { fields: { [serviceId === undefined ? 'serviceId' : 'path']: 'Is needed as well.' } })
  }
  const service = serviceId === undefined ? null : await lock(ctx.db, serviceId)
  if (serviceId !== undefined && service?.environmentId !== environmentId) throw notFound('service')
  const places = await placesIn(ctx.db, environmentId)
  const spot = service ? spotBelow(service, places) : freeSpot(places)
  const row = await drawVolume(ctx, environmentId, {
    name: name ?? (service ? `${service.name}-data`.slice(0, 60) : 'data'),
    isNameGiven: name !== undefined,
    x: x ?? spot.x,
    y: y ?? spot.y,
    limitMib: limitMib ?? null,
    attachTo: service && { service, path: path! },
  })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return volumeView(ctx.db, row.id)
})
