import type { Database } from '../db/connection'
import { bytesByOwner, fillOfDay, goneEnvironments, keptOfDay, removeOfEnvironment, removeOlder, removeUpTo, surplusBytesUpTo, type Surplus } from '../db/queries/engine/log-lines'
import { noteLost } from '../db/queries/engine/drains'
import { compactPartition, dayOf, daysWithoutPartition, dropPartition, makePartition, partitions } from '../db/queries/engine/log-partitions'
import { removeOutlines } from '../db/queries/engine/log-blocks'
import { dropWordIndexesOf } from '../db/queries/engine/log-words'
import { logBytes } from '../db/queries/storage'
import { fairShare } from '../domain/fair-share'

// How long lines are kept: for some days, in any case for as long as their environment exists, and all together within some bytes. A day
// that is past its time is dropped at once; what else goes is deleted in small pieces, so that nobody who writes a line waits for it.

const DAY_MS = 86_400_000
/** Partitions are there so many days before their first line. */
const AHEAD_DAYS = 2
const AT_ONCE = 5_000
const MAX_PIECES = 200
/** The budget is kept with some room, so that it is not exceeded again with the next line. */
const FILL = 0.9
/** A day whose lines fill more than this of what it takes is not written anew for the rest. */
const WORTH_COMPACTING = 0.5
/** A day that takes less is not written anew either. */
const SMALL_DAY_BYTES = 256 * 1024

type Db = Database['db']

/** Makes the partitions of the days to come, and those that lines wait for. */
export async function makePartitions(db: Db, now: Date, days: number): Promise<void> {
  for (let ahead = 0; ahead <= AHEAD_DAYS; ahead++) await makePartition(db, dayOf(new Date(now.getTime() + ahead * DAY_MS)))
  for (const day of await daysWithoutPartition(db, dayOf(oldest(now, days)))) await makePartition(db, day)
}

/** Removes lines that are older than is kept: their days, and those that never had one. */
export async function removeOldLines(db: Db, now: Date, days: number): Promise<void> {
  const first = dayOf(oldest(now, days))
  for (const { day } of await partitions(db)) if (day < first) await dropPartition(db, day)
  await removeOlder(db, oldest(now, days))
  await removeOutlines(db, oldest(now, days))
}

/** Removes the lines of environments that are gone. Those of a service that is gone stay: its environment still tells of it. */
export async function removeLinesOfGone(db: Db): Promise<void> {
  for (const id of await goneEnvironments(db)) await inPieces(() => removeOfEnvironment(db, id, AT_ONCE))
}

/**
 * Keeps the lines of all services together within a budget. Those that hold the most give up their oldest; one that prints
 * little loses nothing to one that prints much. Days of which nothing is left are dropped, and earlier days of which little
 * is left are written anew, so that the disk has the room back; today's is used again by the lines to come.
 */
export async function keepLogBudget(db: Db, budgetBytes: number, now: Date): Promise<void> {
  // It never holds more than it takes on the disk, and adding up every line is work.
  if ((await logBytes(db)) <= budgetBytes) return
  const surplus = await surplusOf(db, budgetBytes * FILL)
  const earlier = (await partitions(db)).filter(({ day }) => day < dayOf(now))
  if (surplus.length > 0) for (const { day } of earlier) if ((await keptOfDay(db, day, surplus)) === 0) await dropPartition(db, day)
  for (const { owner, upTo } of surplus) {
    await noteLost(db, { serviceId: owner, upTo })
    await inPieces(() => removeUpTo(db, owner, upTo, AT_ONCE))
  }
  for (const { day, bytes } of earlier) if (bytes > SMALL_DAY_BYTES && (await isHollow(db, day))) await writeAnew(db, day)
}

/** Also a day that was written anew while somebody still read what had been removed: that stays until nobody does. */
async function isHollow(db: Db, day: string): Promise<boolean> {
  const { table, lines } = await fillOfDay(db, day)
  return table > SMALL_DAY_BYTES && lines < table * WORTH_COMPACTING
}

async function writeAnew(db: Db, day: string): Promise<void> {
  // They would be built anew while nobody can read the day.
  await dropWordIndexesOf(db, day)
  await compactPartition(db, day)
}

async function surplusOf(db: Db, bytesToKeep: number): Promise<Surplus[]> {
  const held = await bytesByOwner(db)
  const share = fairShare(held.map(({ bytes }) => bytes), bytesToKeep)
  const surplus: Surplus[] = []
  for (const { owner, bytes } of held) {
    const upTo = bytes > share ? await surplusBytesUpTo(db, owner, share) : null
    if (upTo !== null) surplus.push({ owner, upTo })
  }
  return surplus
}

function oldest(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS)
}

async function inPieces(remove: () => Promise<number>): Promise<void> {
  for (let piece = 0; piece < MAX_PIECES && (await remove()) >= AT_ONCE; piece++);
}
