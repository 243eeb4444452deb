import { lock, preferred, type TargetRow } from '../../db/queries/targets'
import { AppError } from '../../errors'
import type { ScopedCtx } from '../context'

/** The target something new begins on: the one that was named, else the organization's default. Held, so that nobody deletes it meanwhile. */
export async function chooseTarget(ctx: Pick<ScopedCtx, 'db' | 'scope'>, targetId: string | undefined): Promise<TargetRow> {
  const { organizationId } = ctx.scope
  const target = await lock(ctx.db, organizationId, targetId ?? (await preferred(ctx.db, organizationId)))
  if (target) return target
  const message = 'There is no such target. Choose one of those in Settings → Targets.'
  throw new AppError('not_found', message, { fields: { targetId: message } })
}
