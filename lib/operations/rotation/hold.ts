import * as environments from '../../db/queries/environments'
import { lock, type RotationRow } from '../../db/queries/rotations'
import { find, type PlacedService } from '../../db/queries/services'
import { notFound } from '../../errors'
import type { ScopedCtx } from '../context'

/** Holds a rotation until the transaction ends: the worker takes no step meanwhile. */
export async function holdRotation(ctx: ScopedCtx, id: string): Promise<{ rotation: RotationRow; service: PlacedService }> {
  await environments.lock(ctx.db, ctx.scope.environmentId!)
  const rotation = await lock(ctx.db, id)
  const service = rotation && (await find(ctx.db, rotation.serviceId))
  if (!service) throw notFound('rotation')
  return { rotation, service }
}
