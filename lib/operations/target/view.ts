import type { TargetView } from '../../contract/target'
import { find, type UsedTarget } from '../../db/queries/targets'
import { diskWarning } from '../../domain/storage'
import { notFound } from '../../errors'
import type { ScopedCtx } from '../context'
import type { Seal } from '../../secrets/seal'
import { keptConnection, shownConnection } from './connection'

export function toTargetView(row: UsedTarget, seal: Seal): TargetView {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    isBuiltIn: row.organizationId === null,
    isDefault: row.isDefault,
    connection: shownConnection(keptConnection(seal, row), row.name),
    publishedAddress: row.settings.publishedAddress,
    seen: row.seen && { ok: row.seen.ok, message: row.seen.message, engineVersion: row.seen.engineVersion, at: row.seen.at },
    isBeingChecked: row.checkAskedAt !== null,
    diskWarning: row.disk && diskWarning(row.disk),
    environments: row.environments,
    createdAt: row.createdAt.toISOString(),
  }
}

/** Reads a target and shows it; `not_found` for those of others. */
export async function targetView(ctx: Pick<ScopedCtx, 'db' | 'seal' | 'scope'>, id: string): Promise<TargetView> {
  const row = await find(ctx.db, ctx.scope.organizationId, id)
  if (!row) throw notFound('target')
  return toTargetView(row, ctx.seal)
}
