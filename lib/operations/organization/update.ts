import { eq } from 'drizzle-orm'

import { organizationUpdate } from '../../contract/organization'
import { organizations } from '../../db/schema/account'
import { record } from '../../events/record'
import { organizationView } from '../auth/views'
import { implement } from '../implement'

export const update = implement(organizationUpdate, async (ctx, { name }) => {
  const { organizationId } = ctx.scope
  const [row] = await ctx.db.update(organizations).set({ name }).where(eq(organizations.id, organizationId)).returning()
  await record(ctx.db, ctx, { type: 'organization.updated', subject: name, organizationId })
  return organizationView(row!)
})
