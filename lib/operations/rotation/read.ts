import { rotationGet, rotationList } from '../../contract/rotation'
import * as rotations from '../../db/queries/rotations'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { outlookOf } from './outlook'
import { rotationView, rotationViews } from './view'

export const getRotation = implement(rotationGet, (ctx, { rotationId }) => rotationView(ctx, rotationId))

export const listRotations = implement(rotationList, async (ctx, { serviceId, limit, cursor }) => {
  const rows = await rotations.page(ctx.db, serviceId, { before: decodeCursor(cursor, /^rot_[0-9a-z]{22}$/), limit: limit + 1 })
  const { items, nextCursor } = pageOf(rows, limit, { view: (row) => row, key: ({ id }) => id })
  return { items: await rotationViews(ctx, items), nextCursor, outlook: await outlookOf(ctx, serviceId) }
})
