import { databaseAdd } from '../../contract/database'
import * as environments from '../../db/queries/environments'
import { AppError, notFound } from '../../errors'
import { implement } from '../implement'
import { createService } from '../service/create'
import { offersOf } from './offers'

/** A service whose source is a database; see service/create for what is drawn with it. */
export const addDatabase = implement(databaseAdd, async (ctx, { environmentId, engine, version: wanted, ...rest }) => {
  const environment = await environments.lock(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  const offer = (await offersOf(ctx, environment)).find((each) => each.engine === engine)!
  const version = wanted ?? offer.versions[0]
  if (version === undefined) throw new AppError('not_now', offer.missing!, { fields: { engine: offer.missing! } })
  return createService.run(ctx, { environmentId, source: { type: 'database', engine, version }, ...rest })
})
