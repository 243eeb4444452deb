import { storeById, type StoreRow } from '../../db/queries/stores'
import { AppError } from '../../errors'
import type { Seal } from '../../secrets/seal'
import { openStoreSecret } from '../../secrets/sealed-store'
import type { Engine } from '../engine'
import type { S3Place } from './s3/room'
import { s3Store } from './s3/s3-store'
import type { SnapshotStore } from './store'

/** Where a snapshot is kept: on the disk, or in a store of its organization. */
export async function storeOf(engine: Pick<Engine, 'db' | 'seal' | 'snapshots'>, { storeId }: { storeId: string | null }): Promise<SnapshotStore> {
  if (storeId === null) return engine.snapshots
  const row = await storeById(engine.db, storeId)
  if (!row) throw new AppError('not_found', 'The store that this snapshot is kept in is gone.')
  return s3Store(placeOf(engine.seal, row))
}

/** Several stores may share a bucket, so what is in each begins with its id. */
export function placeOf(seal: Seal, row: StoreRow): S3Place {
  const { endpoint, region, bucket, accessKeyId, isPathStyle } = row
  return { endpoint, region, bucket, accessKeyId, isPathStyle, secret: openStoreSecret(seal, row), prefix: `${row.prefix === '' ? '' : `${row.prefix}/`}${row.id}/` }
}
