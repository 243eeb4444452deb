import * as snapshots from '../db/queries/engine/snapshots'
import { all, removeRow, type StoreRow } from '../db/queries/stores'
import { isAppError } from '../errors'
import type { Engine } from '../provisioning/engine'
import { sweep, type Wanted } from '../provisioning/snapshot/s3/sweep'
import { placeOf } from '../provisioning/snapshot/store-of'

/** A store that was deleted and cannot be reached is given up after this time. */
const GIVE_UP_MS = 24 * 3_600_000
const NONE: Wanted = async () => new Set()

/** Removes from stores what is of no snapshot any more: its environment is gone, or a worker died over it. */
export async function sweepStores(engine: Engine, signal: AbortSignal): Promise<void> {
  for (const row of await all(engine.db)) {
    if (row.deletedAt === null) await clear(engine, row, signal)
    else await clearDeleted(engine, { ...row, deletedAt: row.deletedAt }, signal)
  }
}

async function clear({ db, seal, log }: Engine, row: StoreRow, signal: AbortSignal): Promise<boolean> {
  const isDeleted = row.deletedAt !== null
  try {
    const removed = await sweep(placeOf(seal, row), { whole: isDeleted ? NONE : (ids) => snapshots.existing(db, ids), unfinished: isDeleted ? NONE : (ids) => snapshots.beingMade(db, ids) }, signal)
    if (removed.length > 0) log.info({ store: row.id, removed }, 'removed what snapshots left in a store')
    return true
  } catch (error) {
    signal.throwIfAborted()
    if (!isAppError(error)) throw error
    log.info({ store: row.id, message: error.message }, 'a store could not be looked through, will try again')
    return error.code === 'not_found'
  }
}

async function clearDeleted(engine: Engine, row: StoreRow & { deletedAt: Date }, signal: AbortSignal): Promise<void> {
  const isClear = await clear(engine, row, signal)
  if (isClear || engine.now().getTime() - row.deletedAt.getTime() > GIVE_UP_MS) await removeRow(engine.db, row.id)
}
