import { and, eq, ne } from 'drizzle-orm'

import { registryUpdate } from '../../contract/registry'
import { registries } from '../../db/schema/account'
import { notFound } from '../../errors'
import { record } from '../../events/record'
import { sealPassword } from '../../secrets/sealed-registry'
import { implement } from '../implement'
import { letGoOfKeeper } from './create'
import { registryNameTaken, registryView } from './view'

export const update = implement(registryUpdate, async (ctx, { registryId, name, username, password, keepsBuildsIn }) => {
  const { organizationId } = ctx.scope
  const isIt = and(eq(registries.id, registryId), eq(registries.organizationId, organizationId))
  const [former] = await ctx.db.select().from(registries).where(isIt).for('update')
  if (!former) throw notFound('registry')
  if (name !== undefined && name !== former.name) {
    const others = await ctx.db.select({ id: registries.id }).from(registries).where(and(eq(registries.organizationId, organizationId), eq(registries.name, name), ne(registries.id, registryId)))
    if (others.length > 0) throw registryNameTaken(name)
  }
  if (keepsBuildsIn !== undefined && keepsBuildsIn !== null) await letGoOfKeeper(ctx.db, organizationId)
  const [row] = await ctx.db
    .update(registries)
    .set({
      name: name ?? former.name,
      username: username ?? former.username,
      passwordSealed: password === undefined ? former.passwordSealed : sealPassword(ctx.seal, registryId, password),
      keepsBuildsIn: keepsBuildsIn === undefined ? former.keepsBuildsIn : keepsBuildsIn,
      // The worker tries what has not been seen.
      seen: null,
    })
    .where(isIt)
    .returning()
  await record(ctx.db, ctx, { type: 'registry.updated', subject: row!.name, organizationId })
  return registryView(row!)
})
