import type { StoreView } from '../../contract/store'
import type { Db } from '../../db/connection'
import { heldBy, type StoreRow } from '../../db/queries/stores'
import { AppError } from '../../errors'

export async function storeView(db: Db, row: StoreRow): Promise<StoreView> {
  const { id, name, endpoint, region, bucket, prefix, accessKeyId, isPathStyle, seen, createdAt } = row
  return { id, name, endpoint, region, bucket, prefix, accessKeyId, isPathStyle, seen, ...(await heldBy(db, id)), createdAt: createdAt.toISOString() }
}

export function storeNameTaken(name: string): AppError {
  return new AppError('conflict', `There is already a store named ${name}. Choose another name.`, { fields: { name: 'Is already used.' } })
}
