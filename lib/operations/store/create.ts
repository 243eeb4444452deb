import { storeCreate } from '../../contract/store'
import { isNameTaken } from '../../db/queries/stores'
import { isUniqueViolation } from '../../db/connection'
import { stores } from '../../db/schema/store'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { sealStoreSecret } from '../../secrets/sealed-store'
import { implement } from '../implement'
import { storeNameTaken, storeView } from './view'

/** The worker tries what has not been seen. */
export const createStore = implement(storeCreate, async (ctx, { organizationId: _organization, secret, ...place }) => {
  const { organizationId } = ctx.scope
  const id = newId('store')
  if (await isNameTaken(ctx.db, { organizationId, id, name: place.name })) throw storeNameTaken(place.name)
  const [row] = await ctx.db
    .insert(stores)
    .values({ id, organizationId, ...place, secretSealed: sealStoreSecret(ctx.seal, id, secret), createdAt: ctx.now() })
    .returning()
    .catch((error: unknown) => {
      throw isUniqueViolation(error, 'stores_name') ? storeNameTaken(place.name) : error
    })
  await record(ctx.db, ctx, { type: 'store.created', subject: place.name, organizationId, data: { endpoint: place.endpoint, bucket: place.bucket } })
  return storeView(ctx.db, row!)
})
