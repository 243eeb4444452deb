import { eq } from 'drizzle-orm'

import { targetUpdate } from '../../contract/target'
import { lockOrganization } from '../../db/queries/projects'
import { isNamed, lock } from '../../db/queries/targets'
import { targets } from '../../db/schema/target'
import { AppError, notFound } from '../../errors'
import { sealConnection } from '../../secrets/sealed-connection'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { completeConnection, keptConnection } from './connection'
import { nameTaken } from './create'
import { targetView } from './view'

export const updateTarget = implement(targetUpdate, async (ctx, { targetId, name, connection, publishedAddress }) => {
  const { organizationId } = ctx.scope
  await lockOrganization(ctx.db, organizationId)
  const target = await lock(ctx.db, organizationId, targetId)
  if (!target) throw notFound('target')
  if (target.organizationId === null) throw new AppError('not_now', `${target.name} belongs to this instance and is found by itself. It cannot be changed here.`)
  if (name !== undefined && (await isNamed(ctx.db, organizationId, { name, except: targetId }))) throw nameTaken(name)
  const kept = connection && completeConnection(connection, { name: name ?? target.name, before: keptConnection(ctx.seal, target) })
  await ctx.db
    .update(targets)
    .set({
      name: name ?? target.name,
      settings: publishedAddress === undefined ? target.settings : { publishedAddress },
      ...(kept ? { connectionSealed: sealConnection(ctx.seal, targetId, kept), checkAskedAt: ctx.now() } : {}),
    })
    .where(eq(targets.id, targetId))
  await recordHere(ctx, { type: 'target.updated', subject: name ?? target.name, data: { connection: kept?.kind ?? null } })
  return targetView(ctx, targetId)
})
