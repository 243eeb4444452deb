import { and, count, desc, eq, lt, ne, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { alertChannels, alertDeliveries } from '../schema/alert'

export type ChannelRow = typeof alertChannels.$inferSelect

const isMeant = (organizationId: string, id: string) => and(eq(alertChannels.id, id), eq(alertChannels.organizationId, organizationId))

/** Holds a channel of an organization until the transaction ends; null when there is none. */
export async function lock(tx: Db, organizationId: string, id: string): Promise<ChannelRow | null> {
  const [row] = await tx.select().from(alertChannels).where(isMeant(organizationId, id)).for('update')
  return row ?? null
}

export function page(db: Db, organizationId: string, { before, limit }: { before: string | null; limit: number }): Promise<ChannelRow[]> {
  return db.select().from(alertChannels).where(and(eq(alertChannels.organizationId, organizationId), before === null ? undefined : lt(alertChannels.id, before))).orderBy(desc(alertChannels.id)).limit(limit)
}

export async function countOf(db: Db, organizationId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(alertChannels).where(eq(alertChannels.organizationId, organizationId))
  return row!.n
}

/** Whether another one of the organization is called so. */
export async function isNameTaken(db: Db, { organizationId, id, name }: { organizationId: string; id: string; name: string }): Promise<boolean> {
  const rows = await db.select({ id: alertChannels.id }).from(alertChannels).where(and(eq(alertChannels.organizationId, organizationId), eq(alertChannels.name, name), ne(alertChannels.id, id)))
  return rows.length > 0
}

const isTest = sql`${alertDeliveries.message} ->> 'kind' = 'test'`

/** The last test of a channel, and how many messages wait in it. */
export async function outboxOf(db: Db, channelId: string): Promise<{ waiting: number; test: typeof alertDeliveries.$inferSelect | null }> {
  const [waiting] = await db.select({ n: count() }).from(alertDeliveries).where(and(eq(alertDeliveries.channelId, channelId), eq(alertDeliveries.status, 'queued'), sql`not (${isTest})`))
  const [test] = await db.select().from(alertDeliveries).where(and(eq(alertDeliveries.channelId, channelId), isTest)).orderBy(desc(alertDeliveries.id)).limit(1)
  return { waiting: waiting!.n, test: test ?? null }
}

/** Gives up what waits in a channel. */
export async function dropWaiting(tx: Db, channelId: string, how: { answer: string; at: Date }): Promise<void> {
  await tx.update(alertDeliveries).set({ status: 'failed', answer: how.answer, finishedAt: how.at }).where(and(eq(alertDeliveries.channelId, channelId), eq(alertDeliveries.status, 'queued')))
}
