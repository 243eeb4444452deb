import { nodeOfService, nodeOfVolume, type SnapshotNode } from '../../db/queries/snapshots'
import type { Db } from '../../db/connection'
import { AppError, notFound } from '../../errors'

export type Named = { environmentId: string; serviceId?: string | undefined; volumeId?: string | undefined }

/** The database or volume that is meant, in this environment. */
export async function nodeNamed(db: Db, { environmentId, serviceId, volumeId }: Named): Promise<SnapshotNode> {
  if ((serviceId === undefined) === (volumeId === undefined)) {
    throw new AppError('invalid_input', 'Say what is meant: the serviceId of a database, or the volumeId of a volume.', { fields: { serviceId: 'One of serviceId and volumeId is needed.' } })
  }
  const node = serviceId === undefined ? await nodeOfVolume(db, volumeId!) : await nodeOfService(db, serviceId)
  if (!node || node.environmentId !== environmentId) throw notFound(serviceId === undefined ? 'volume' : 'database')
  return node
}
