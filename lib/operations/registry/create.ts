import { and, eq, isNotNull } from 'drizzle-orm'

import { registryCreate } from '../../contract/registry'
import type { Db } from '../../db/connection'
import { registries } from '../../db/schema/account'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { sealPassword } from '../../secrets/sealed-registry'
import { implement } from '../implement'
import { registryNameTaken, registryView } from './view'

export const create = implement(registryCreate, async (ctx, { name, server, username, password, keepsBuildsIn }) => {
  const { organizationId } = ctx.scope
  const id = newId('registry')
  if (keepsBuildsIn !== null) await letGoOfKeeper(ctx.db, organizationId)
  const [row] = await ctx.db
    .insert(registries)
    .values({ id, organizationId, name, server, username, passwordSealed: sealPassword(ctx.seal, id, password), keepsBuildsIn, createdAt: ctx.now() })
    .onConflictDoNothing({ target: [registries.organizationId, registries.name] })
    .returning()
  if (!row) throw registryNameTaken(name)
  await record(ctx.db, ctx, { type: 'registry.created', subject: name, organizationId, data: { server } })
  return registryView(row)
})

/** One registry of an organization keeps what is built; the next one takes its place. */
export async function letGoOfKeeper(db: Db, organizationId: string): Promise<void> {
  await db.update(registries).set({ keepsBuildsIn: null }).where(and(eq(registries.organizationId, organizationId), isNotNull(registries.keepsBuildsIn)))
}
