import type { Db, Sql } from '../db/connection'
import { tryLock } from '../db/queries/engine/advisory-lock'
import { beginDelivery, channelById, nextDelivery, recordAttempt, type ChannelRow, type DeliveryRow } from '../db/queries/engine/deliveries'
import { GIVE_UP_MS, pauseAfterMs } from '../domain/alert/channel'
import type { Log } from '../log'
import { openChannelSecret } from '../secrets/sealed-channel'
import type { Seal } from '../secrets/seal'
import { send } from './send'

// Empties the outbox of one channel, in order and one at a time. An attempt is counted before it is made and its outcome is written
// after it: a worker that dies in between leaves a message that is sent again, because nobody can tell whether it arrived. So a message
// arrives at least once, with the same id each time; it is never sent again once it is known to have arrived.

/** A message of a round is short; more than so many in one job would keep others waiting. */
const MOST_AT_ONCE = 50
const BUSY_MS = 5_000

export type Delivering = { db: Db; sql: Sql; seal: Seal; log: Log; now(): Date; /** Whether private networks may be sent to. */ allowsPrivate: boolean; /** Less in tests. */ timeoutMs?: number }

/** Sends what is due. Answers when to look again; null when nothing is left. */
export async function deliverAlerts(room: Delivering, channelId: string, shutdown: AbortSignal): Promise<Date | null> {
  const lock = await tryLock(room.sql, `channel:${channelId}`)
  if (lock === null) return new Date(room.now().getTime() + BUSY_MS)
  try {
    for (let sent = 0; !shutdown.aborted && sent < MOST_AT_ONCE; sent++) {
      const channel = await channelById(room.db, channelId)
      const delivery = channel && (await nextDelivery(room.db, channelId))
      if (!channel || !delivery) return null
      if (delivery.dueAt > room.now()) return delivery.dueAt
      await attempt(room, channel, delivery)
    }
    return room.now()
  } finally {
    await lock.release()
  }
}

async function attempt(room: Delivering, channel: ChannelRow, delivery: DeliveryRow): Promise<void> {
  const { db, seal, now, log, allowsPrivate, timeoutMs } = room
  const attempts = await beginDelivery(db, delivery.id)
  const { id, message } = delivery
  const { ok, answer } = await send({ id, settings: channel.settings, secret: openChannelSecret(seal, channel), message, at: now(), policy: { allowsPrivate }, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
  const at = now()
  // A test is tried once: somebody waits for what it says.
  const isLast = message.kind === 'test' || at.getTime() - delivery.createdAt.getTime() >= GIVE_UP_MS
  await recordAttempt(db, { delivery, ok, answer, at, dueAt: ok || isLast ? null : new Date(at.getTime() + pauseAfterMs(attempts)) })
  if (!ok) log.warn({ channel: channel.id, delivery: id, attempts, answer }, 'a notification did not get through')
}
