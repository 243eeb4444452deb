import { and, asc, eq, sql } from 'drizzle-orm'

import type { Message } from '../../../domain/alert/channel'
import { newId } from '../../../ids'
import type { Db } from '../../connection'
import { alertChannels, alertDeliveries } from '../../schema/alert'

export type ChannelRow = typeof alertChannels.$inferSelect
export type DeliveryRow = typeof alertDeliveries.$inferSelect

/** Channels of an organization that are told of alerts. */
export function listeningOf(db: Db, organizationId: string): Promise<ChannelRow[]> {
  return db.select().from(alertChannels).where(and(eq(alertChannels.organizationId, organizationId), eq(alertChannels.isOn, true))).orderBy(asc(alertChannels.id)).limit(100)
}

/** Puts a message into the outbox of a channel. */
export async function queueDelivery(tx: Db, channelId: string, message: Message, now: Date): Promise<string> {
  const id = newId('delivery')
  await tx.insert(alertDeliveries).values({ id, channelId, message, createdAt: now, dueAt: now })
  return id
}

export async function channelById(db: Db, id: string): Promise<ChannelRow | null> {
  const [row] = await db.select().from(alertChannels).where(eq(alertChannels.id, id))
  return row ?? null
}

/** The message that is next for a channel: they go in their order, so that nobody hears of an end before the beginning. A test waits for none: it is there to see whether they will arrive. */
export async function nextDelivery(db: Db, channelId: string): Promise<DeliveryRow | null> {
  const [row] = await db.select().from(alertDeliveries).where(and(eq(alertDeliveries.channelId, channelId), eq(alertDeliveries.status, 'queued'))).orderBy(sql`${alertDeliveries.message} ->> 'kind' <> 'test'`, asc(alertDeliveries.id)).limit(1)
  return row ?? null
}

/** Counts an attempt before it is made: a worker that dies in it is counted too. */
export async function beginDelivery(db: Db, id: string): Promise<number> {
  const [row] = await db.update(alertDeliveries).set({ attempts: sql`${alertDeliveries.attempts} + 1` }).where(eq(alertDeliveries.id, id)).returning({ attempts: alertDeliveries.attempts })
  return row?.attempts ?? 0
}

export type Attempt = { delivery: Pick<DeliveryRow, 'id' | 'channelId'>; ok: boolean; answer: string; at: Date; /** When it is tried again; null for never. */ dueAt: Date | null }

/** Writes how an attempt ended, for the message and for its channel. */
export async function recordAttempt(db: Db, { delivery, ok, answer, at, dueAt }: Attempt): Promise<void> {
  await db.transaction(async (tx) => {
    await tx
      .update(alertDeliveries)
      .set(ok ? { status: 'sent', answer, finishedAt: at } : dueAt === null ? { status: 'failed', answer, finishedAt: at } : { answer, dueAt })
      .where(eq(alertDeliveries.id, delivery.id))
    // What waits need not wait any longer.
    if (ok) await tx.update(alertDeliveries).set({ dueAt: at }).where(and(eq(alertDeliveries.channelId, delivery.channelId), eq(alertDeliveries.status, 'queued')))
    const failing = { failingSince: sql`coalesce(${alertChannels.failingSince}, ${at.toISOString()}::timestamptz)`, lastError: answer }
    await tx.update(alertChannels).set(ok ? { sentAt: at, failingSince: null, lastError: null } : failing).where(eq(alertChannels.id, delivery.channelId))
  })
}

/** Channels with something to send that is due: whoever should have sent it may have died. */
export async function dueChannels(db: Db, now: Date): Promise<string[]> {
  const rows = await db.selectDistinct({ id: alertDeliveries.channelId }).from(alertDeliveries).where(and(eq(alertDeliveries.status, 'queued'), sql`${alertDeliveries.dueAt} <= ${now.toISOString()}::timestamptz`)).limit(500)
  return rows.map(({ id }) => id)
}
