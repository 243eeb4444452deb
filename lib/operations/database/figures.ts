import { databaseFigures } from '../../contract/database'
import { demandDatabase, sendOrder } from '../data/order'
import { implement } from '../implement'

/** How a database is, asked of it now by a worker. */
export const getFigures = implement(databaseFigures, async (ctx, { serviceId }) => {
  await demandDatabase(ctx, serviceId)
  return databaseFigures.output.parse(await sendOrder(ctx, { serviceId, act: 'figures', ask: {} }))
})
