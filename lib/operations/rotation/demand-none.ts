import { openOf } from '../../db/queries/rotations'
import type { ServiceRow } from '../../db/queries/services'
import { AppError } from '../../errors'
import type { ScopedCtx } from '../context'

/** Refuses what would get in the way of a rotation: both would write the same variables. Hold the service before. */
export async function demandNoRotation(ctx: Pick<ScopedCtx, 'db'>, { id, name, source }: Pick<ServiceRow, 'id' | 'name' | 'source'>): Promise<void> {
  if (source.type !== 'database' || (await openOf(ctx.db, id)) === null) return
  throw new AppError('not_now', `The password of ${name} is being rotated. Wait until that has ended, or cancel it, then try again.`)
}
