import type { RotationView } from '../../contract/rotation'
import { find, statusesOf, type ShownRotation } from '../../db/queries/rotations'
import { cannotCancel } from '../../domain/rotation'
import { notFound } from '../../errors'
import type { Ctx } from '../context'

/** A rotation as it is shown. Never anything of the credentials. */
export async function rotationView(ctx: Pick<Ctx, 'db'>, id: string): Promise<RotationView> {
  const row = await find(ctx.db, id)
  if (!row) throw notFound('rotation')
  return (await rotationViews(ctx, [row]))[0]!
}

export async function rotationViews(ctx: Pick<Ctx, 'db'>, rows: readonly ShownRotation[]): Promise<RotationView[]> {
  const statuses = await statusesOf(ctx.db, rows.flatMap(({ dependants }) => dependants.flatMap(({ deploymentId }) => deploymentId ?? [])))
  return rows.map((row) => ({
    id: row.id,
    serviceId: row.serviceId,
    status: row.status,
    step: row.step,
    isReturning: row.isReturning,
    message: row.message,
    dependants: row.dependants.map((one) => ({ ...one, isStuck: one.isStuck ?? false, status: one.deploymentId === null ? null : (statuses.get(one.deploymentId) ?? null) })),
    cannotCancel: cannotCancel(row),
    createdBy: row.person,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }))
}
