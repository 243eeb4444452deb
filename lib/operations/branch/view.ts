import type { BranchView } from '../../contract/branch'
import type { Db } from '../../db/connection'
import { find, type ShownBranch } from '../../db/queries/branches'
import { cannotCancel, cannotRetry } from '../../domain/branch'
import { notFound } from '../../errors'

export function toBranchView(row: ShownBranch): BranchView {
  return {
    environmentId: row.environmentId,
    source: { id: row.isSourceThere ? row.sourceId : null, name: row.sourceName },
    status: row.status,
    message: row.message,
    copies: row.copies.map(({ volumeId, serviceId, name, engine, from, step, masks }) => ({ volumeId, serviceId, name, engine, from, step, masks })),
    cannotRetry: cannotRetry(row.status),
    cannotCancel: cannotCancel(row.status),
    createdBy: row.person,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}

export async function branchView(db: Db, environmentId: string): Promise<BranchView> {
  const row = await find(db, environmentId)
  if (!row) throw notFound('branch')
  return toBranchView(row)
}
