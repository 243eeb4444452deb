import { terminalPlaces } from '../../contract/terminal'
import { find } from '../../db/queries/services'
import { notFound } from '../../errors'
import { implement } from '../implement'
import { lookForPlaces } from './look-for-places'

export const listTerminalPlaces = implement(terminalPlaces, async (ctx, { serviceId }) => {
  const service = await find(ctx.db, serviceId)
  if (!service) throw notFound('service')
  const { reason, offered, places } = await lookForPlaces(ctx.db, service)
  return { reason, offered, places: places.map(({ view }) => view) }
})
