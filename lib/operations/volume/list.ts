import { volumeList } from '../../contract/volume'
import { holdersOf, ofEnvironments } from '../../db/queries/volumes'
import { implement } from '../implement'
import { toVolumeView } from './view'

export const listVolumes = implement(volumeList, async (ctx, { environmentId }) => {
  const rows = (await ofEnvironments(ctx.db, [environmentId])).filter((row) => row.deletedAt === null)
  const items = []
  for (const row of rows) items.push(toVolumeView(row, await holdersOf(ctx.db, row)))
  return { items }
})
