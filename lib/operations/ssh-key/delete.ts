import { and, eq, ne, sql } from 'drizzle-orm'

import { sshKeyDelete } from '../../contract/organization'
import { sshKeys } from '../../db/schema/account'
import { services } from '../../db/schema/desired'
import { AppError, notFound } from '../../errors'
import { record } from '../../events/record'
import { implement } from '../implement'

export const remove = implement(sshKeyDelete, async (ctx, { sshKeyId }) => {
  const { organizationId } = ctx.scope
  const isKey = and(eq(sshKeys.id, sshKeyId), eq(sshKeys.organizationId, organizationId))
  const [key] = await ctx.db.select({ name: sshKeys.name }).from(sshKeys).where(isKey).for('update')
  if (!key) throw notFound('key')
  const users = await ctx.db
    .select({ name: services.name })
    .from(services)
    .where(and(sql`${services.source} ->> 'sshKeyId' = ${sshKeyId}`, ne(services.desired, 'deleted')))
    .limit(3)
  if (users.length > 0) throw new AppError('not_now', `The key is used by ${users.map(({ name }) => name).join(', ')}. Choose another key there first.`)
  await ctx.db.delete(sshKeys).where(isKey)
  await record(ctx.db, ctx, { type: 'ssh_key.deleted', subject: key.name, organizationId })
  return { ok: true as const }
})
