import { databaseEngines } from '../../contract/database'
import { find } from '../../db/queries/environments'
import { notFound } from '../../errors'
import { implement } from '../implement'
import { offersOf } from './offers'

export const listEngines = implement(databaseEngines, async (ctx, { environmentId }) => {
  const environment = await find(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  return { engines: await offersOf(ctx, environment) }
})
