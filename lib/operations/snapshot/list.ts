import { snapshotList } from '../../contract/snapshot'
import { page } from '../../db/queries/snapshots'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { nodeNamed } from './node-of'
import { toSnapshotView } from './view'

export const listSnapshots = implement(snapshotList, async (ctx, { environmentId, serviceId, volumeId, limit, cursor }) => {
  const before = decodeCursor(cursor, /^snp_[0-9a-z]{22}$/)
  const isOne = serviceId !== undefined || volumeId !== undefined
  const node = isOne ? await nodeNamed(ctx.db, { environmentId, serviceId, volumeId }) : null
  const rows = await page(ctx.db, environmentId, { volumeId: node?.volume.id ?? null, before, limit: limit + 1 })
  return pageOf(rows, limit, { view: toSnapshotView, key: (row) => row.id })
})
