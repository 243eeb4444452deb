import type { Database } from '../db/connection'
import { existingServices, servicesWithLines } from '../db/queries/engine/housekeeping'
import { bytesByService, removeOlder, removeUpTo, surplusBytesUpTo, surplusUpTo } from '../db/queries/engine/log-lines'
import { logBytes } from '../db/queries/storage'
import { fairShare } from '../domain/fair-share'

// How much of the log is kept: so many lines per service, none older than a week, and so many bytes of all. Deleted in small pieces, so that
// nobody who writes a line waits for it.

const LINES_PER_SERVICE = 50_000
const DAYS = 7
const AT_ONCE = 5_000
const MAX_PIECES = 200

/** Removes lines that are older than is kept. */
export async function removeOldLines(db: Database['db'], now: Date): Promise<void> {
  await inPieces(() => removeOlder(db, new Date(now.getTime() - DAYS * 86_400_000), AT_ONCE))
}

/** Removes the oldest lines of services that have more than is kept. */
export async function pruneLogs(db: Database['db']): Promise<void> {
  const ids = await servicesWithLines(db)
  const existing = await existingServices(db, ids)
  for (const id of ids) {
    // A line that came in while its service was being removed.
    const upTo = existing.has(id) ? await surplusUpTo(db, id, LINES_PER_SERVICE) : null
    if (upTo !== null || !existing.has(id)) await inPieces(() => removeUpTo(db, id, upTo, AT_ONCE))
  }
}

/**
 * Keeps the lines of all services together within a budget. Those that hold the most give up their oldest; one that prints
 * little loses nothing to one that prints much. What is freed is used again by the database, which does not become smaller.
 */
export async function keepLogBudget(db: Database['db'], budgetBytes: number): Promise<void> {
  // It never holds more than it takes on the disk, and adding up every line is work.
  if ((await logBytes(db)) <= budgetBytes) return
  const held = await bytesByService(db)
  const share = fairShare(held.map(({ bytes }) => bytes), budgetBytes)
  for (const { serviceId, bytes } of held) {
    const upTo = bytes > share ? await surplusBytesUpTo(db, serviceId, share) : null
    if (upTo !== null) await inPieces(() => removeUpTo(db, serviceId, upTo, AT_ONCE))
  }
}

async function inPieces(remove: () => Promise<number>): Promise<void> {
  for (let piece = 0; piece < MAX_PIECES && (await remove()) === AT_ONCE; piece++);
}
