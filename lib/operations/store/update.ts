import { eq } from 'drizzle-orm'

import { storeUpdate } from '../../contract/store'
import { isNameTaken, lock, heldBy } from '../../db/queries/stores'
import { stores } from '../../db/schema/store'
import { AppError, notFound } from '../../errors'
import { record } from '../../events/record'
import { sealStoreSecret } from '../../secrets/sealed-store'
import { implement } from '../implement'
import { storeNameTaken, storeView } from './view'

export const updateStore = implement(storeUpdate, async (ctx, { storeId, organizationId: _organization, secret, ...wish }) => {
  const { organizationId } = ctx.scope
  const former = await lock(ctx.db, organizationId, storeId)
  if (!former) throw notFound('store')
  const place = { ...former, ...wish }
  if (place.name !== former.name && (await isNameTaken(ctx.db, { organizationId, id: storeId, name: place.name }))) throw storeNameTaken(place.name)
  const isElsewhere = place.bucket !== former.bucket || place.prefix !== former.prefix
  if (isElsewhere && (await heldBy(ctx.db, storeId)).snapshots > 0) throw new AppError('not_now', `Snapshots lie in the bucket ${former.bucket}, and would not be found any more. Delete them first, or add another store.`)
  const [row] = await ctx.db
    .update(stores)
    // The worker tries what has not been seen.
    .set({ ...wish, secretSealed: secret === undefined ? former.secretSealed : sealStoreSecret(ctx.seal, storeId, secret), seen: null })
    .where(eq(stores.id, storeId))
    .returning()
  await record(ctx.db, ctx, { type: 'store.updated', subject: row!.name, organizationId })
  return storeView(ctx.db, row!)
})
