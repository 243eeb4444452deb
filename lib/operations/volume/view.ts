import type { VolumeNode, VolumeView } from '../../contract/volume'
import type { Db } from '../../db/connection'
import { find, holdersOf, type Holder, type PlacedVolume, type VolumeRow } from '../../db/queries/volumes'
import { fillOf, volumeVariable } from '../../domain/mount'
import { hasNetwork } from '../../domain/target'
import { notFound } from '../../errors'
import { whyNotDeleted } from './delete-rule'

export function toVolumeNode(row: VolumeRow): VolumeNode {
  return {
    kind: 'volume',
    id: row.id,
    name: row.name,
    x: row.x,
    y: row.y,
    groupId: row.groupId,
    serviceId: row.serviceId,
    mountPath: row.mountPath,
    sizeBytes: row.sizeBytes,
    sizedAt: row.sizedAt?.toISOString() ?? null,
    limitMib: row.limitMib,
    use: fillOf(row),
    isDeleting: row.deletedAt !== null,
  }
}

/** Reads a volume and shows it; `not_found` when it is being deleted. */
export async function volumeView(db: Db, id: string): Promise<VolumeView> {
  const row = await find(db, id)
  if (!row) throw notFound('volume')
  return toVolumeView(row, await holdersOf(db, row))
}

export function toVolumeView(row: PlacedVolume, holders: readonly Holder[]): VolumeView {
  return {
    ...toVolumeNode(row),
    environmentId: row.environmentId,
    variable: volumeVariable(row.name),
    isAtPath: hasNetwork(row.targetKind) || (row.mountPath?.startsWith('/app/') ?? false),
    writers: holders.map(({ serviceId, name }) => ({ serviceId, name })),
    cannotDelete: whyNotDeleted(row, holders),
    createdAt: row.createdAt.toISOString(),
  }
}
