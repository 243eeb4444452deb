import { and, eq, ne, sql } from 'drizzle-orm'

import { registryDelete } from '../../contract/registry'
import { registries } from '../../db/schema/account'
import { services } from '../../db/schema/desired'
import { AppError, notFound } from '../../errors'
import { record } from '../../events/record'
import { implement } from '../implement'

export const remove = implement(registryDelete, async (ctx, { registryId }) => {
  const { organizationId } = ctx.scope
  const isIt = and(eq(registries.id, registryId), eq(registries.organizationId, organizationId))
  const [registry] = await ctx.db.select({ name: registries.name }).from(registries).where(isIt).for('update')
  if (!registry) throw notFound('registry')
  const users = await ctx.db
    .select({ name: services.name })
    .from(services)
    .where(and(sql`${services.source} ->> 'registryId' = ${registryId}`, ne(services.desired, 'deleted')))
    .limit(3)
  if (users.length > 0) throw new AppError('not_now', `The registry is used by ${users.map(({ name }) => name).join(', ')}. Choose another one there first.`)
  await ctx.db.delete(registries).where(isIt)
  await record(ctx.db, ctx, { type: 'registry.deleted', subject: registry.name, organizationId })
  return { ok: true as const }
})
