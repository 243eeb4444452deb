import type { RestoreView, SnapshotView } from '../../contract/snapshot'
import type { Db } from '../../db/connection'
import { find, findRestore, type ShownRestore, type ShownSnapshot } from '../../db/queries/snapshots'
import { notFound } from '../../errors'

export function toSnapshotView(row: ShownSnapshot): SnapshotView {
  const { startedAt, finishedAt } = row
  return {
    id: row.id,
    environmentId: row.environmentId,
    volumeId: row.volumeId,
    serviceId: row.serviceId,
    source: row.sourceName,
    engine: row.engine,
    version: row.version,
    trigger: row.trigger,
    deploymentId: row.deploymentId,
    status: row.status as SnapshotView['status'],
    message: row.message,
    format: row.format,
    sizeBytes: row.sizeBytes,
    contentBytes: row.contentBytes,
    sha256: row.sha256,
    durationMs: startedAt && finishedAt ? Math.max(0, finishedAt.getTime() - startedAt.getTime()) : null,
    proof: row.provenAt && { at: row.provenAt.toISOString(), ok: row.isProven === true, message: row.proof ?? '' },
    isBeingProven: row.proofAskedAt !== null,
    store: row.store,
    isPinned: row.isPinned,
    createdBy: row.person,
    createdAt: row.createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  }
}

/** Reads a snapshot and shows it; `not_found` when it is being removed. */
export async function snapshotView(db: Db, id: string): Promise<SnapshotView> {
  const row = await find(db, id)
  if (!row) throw notFound('snapshot')
  return toSnapshotView(row)
}

export function toRestoreView(row: ShownRestore): RestoreView {
  return {
    id: row.id,
    snapshotId: row.snapshotId,
    volumeId: row.volumeId,
    serviceId: row.serviceId,
    target: row.service ?? row.volume,
    isNew: row.isNew,
    status: row.status,
    message: row.message,
    safetySnapshotId: row.safetySnapshotId,
    createdBy: row.person,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}

export async function restoreView(db: Db, id: string): Promise<RestoreView> {
  const row = await findRestore(db, id)
  if (!row) throw notFound('restore')
  return toRestoreView(row)
}
