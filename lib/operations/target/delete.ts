import { eq } from 'drizzle-orm'

import { targetDelete } from '../../contract/target'
import { lock, usersOf } from '../../db/queries/targets'
import { targets } from '../../db/schema/target'
import { AppError, notFound } from '../../errors'
import { implement } from '../implement'
import { recordHere } from '../record-here'

const NAMED = 3

/** Only while nothing is on it: what is left there could be found by nobody afterwards. */
export const deleteTarget = implement(targetDelete, async (ctx, { targetId }) => {
  const target = await lock(ctx.db, ctx.scope.organizationId, targetId)
  if (!target) throw notFound('target')
  if (target.organizationId === null) throw new AppError('not_now', `${target.name} belongs to this instance and cannot be deleted.`)
  refuseUsed(target.name, await usersOf(ctx.db, targetId))
  await ctx.db.delete(targets).where(eq(targets.id, targetId))
  await recordHere(ctx, { type: 'target.deleted', subject: target.name })
  return { ok: true as const }
})

function refuseUsed(name: string, users: { name: string; isGoing: boolean }[]): void {
  if (users.length === 0) return
  const staying = users.filter((user) => !user.isGoing)
  if (staying.length === 0) throw new AppError('not_now', `${users[0]!.name} is still being removed from ${name}. Try again when that is done.`)
  const named = staying.slice(0, NAMED).map((user) => user.name)
  const more = staying.length > NAMED ? ` and ${staying.length - NAMED} more` : ''
  throw new AppError('not_now', `${name} is used by ${named.join(', ')}${more}. Delete ${staying.length === 1 ? 'this environment' : 'these environments'} first, or move what has not been deployed to another target.`)
}
