import { targetCreate } from '../../contract/target'
import { lockOrganization } from '../../db/queries/projects'
import { countOf, isNamed } from '../../db/queries/targets'
import { targets } from '../../db/schema/target'
import { AppError } from '../../errors'
import { newId } from '../../ids'
import { sealConnection } from '../../secrets/sealed-connection'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { completeConnection } from './connection'
import { targetView } from './view'

const MAX_TARGETS = 50

/** Nothing is connected here: the worker looks at it, and what it finds is shown. */
export const createTarget = implement(targetCreate, async (ctx, { name, connection, publishedAddress = null }) => {
  const { organizationId } = ctx.scope
  const kept = completeConnection(connection, { name, before: null })
  await lockOrganization(ctx.db, organizationId)
  if ((await countOf(ctx.db, organizationId)) >= MAX_TARGETS) throw new AppError('limit_exceeded', `This organization already has ${MAX_TARGETS} targets. Delete one that is no longer needed.`)
  if (await isNamed(ctx.db, organizationId, { name, except: null })) throw nameTaken(name)
  const id = newId('target')
  const settings = { publishedAddress }
  await ctx.db.insert(targets).values({ id, organizationId, name, kind: 'docker', settings, connectionSealed: sealConnection(ctx.seal, id, kept), createdAt: ctx.now(), checkAskedAt: ctx.now() })
  await recordHere(ctx, { type: 'target.created', subject: name, data: { connection: kept.kind } })
  return targetView(ctx, id)
})

export function nameTaken(name: string): AppError {
  return new AppError('conflict', `There is already a target named ${name}. Choose another name.`, { fields: { name: 'Is already used.' } })
}
