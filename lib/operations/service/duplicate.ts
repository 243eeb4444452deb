import { serviceDuplicate } from '../../contract/service'
import * as environments from '../../db/queries/environments'
import { join } from '../../db/queries/groups'
import { drawn, find } from '../../db/queries/services'
import { spotBelow } from '../../domain/free-spot'
import { notFound } from '../../errors'
import { withOtherPasswords } from '../database/other-passwords'
import { implement } from '../implement'
import { presentVariables } from '../variable/present-variables'
import { drawService, giveVolumes } from './create'
import { keyOf, nameTaken, refuseReserved } from './draw'
import { placesIn } from './places'
import { serviceView } from './view'

/** What a twin is called after: `web-2` becomes `web-3`. */
const NUMBER = /(?<=.)-\d+$/

/**
 * Draws a service after another one of its environment. It has an address of its own, what the first refers to it refers to
 * as well, and no volume of the first: those have one writer. A database gets other passwords and an empty volume.
 */
export const duplicateService = implement(serviceDuplicate, async (ctx, { serviceId, name, x, y }) => {
  const environment = await environments.lock(ctx.db, ctx.scope.environmentId!)
  const service = await find(ctx.db, serviceId)
  if (!environment || !service) throw notFound('service')
  if (name !== undefined) {
    refuseReserved(name)
    const key = keyOf(environment.target.kind)
    if ((await drawn(ctx.db, environment.id)).some((other) => key(other.name) === key(name))) throw nameTaken(name)
  }
  const spot = spotBelow(service, await placesIn(ctx.db, environment.id))
  const variables = withOtherPasswords(service, await presentVariables(ctx, serviceId))
  const twin = await drawService(ctx, environment, { name: name ?? service.name.replace(NUMBER, ''), alias: service.name, source: service.source, settings: service.settings, variables, x: x ?? spot.x, y: y ?? spot.y })
  await join(ctx.db, service.groupId, [twin.id])
  await giveVolumes(ctx, [twin])
  return serviceView(ctx, twin.id)
})
