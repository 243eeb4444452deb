import { and, asc, count, desc, eq, inArray, lt, ne, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { alertChannels, alertDeliveries, alertRules, alerts } from '../schema/alert'
import { environments, projects } from '../schema/desired'

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

/** All channels of an organization by name, without anything that is said to them. */
export function namedOf(db: Db, organizationId: string): Promise<{ id: string; name: string }[]> {
  return db.select({ id: alertChannels.id, name: alertChannels.name }).from(alertChannels).where(eq(alertChannels.organizationId, organizationId)).orderBy(asc(alertChannels.name)).limit(200)
}

/** Takes a channel out of whatever names it. What named no other tells all of them: nobody shall wait for what never comes. */
export async function remove(tx: Db, organizationId: string, id: string): Promise<void> {
  const without = (column: typeof alertRules.channelIds | typeof alerts.toldTo) => sql`nullif(${column} - ${id}::text, '[]'::jsonb)`
  const names = (column: typeof alertRules.channelIds | typeof alerts.toldTo) => sql`${column} ? ${id}::text`
  const own = tx.select({ id: environments.id }).from(environments).innerJoin(projects, eq(projects.id, environments.projectId)).where(eq(projects.organizationId, organizationId))
  await tx.update(alertRules).set({ channelIds: without(alertRules.channelIds) }).where(and(inArray(alertRules.environmentId, own), names(alertRules.channelIds)))
  await tx.update(alerts).set({ toldTo: without(alerts.toldTo) }).where(and(eq(alerts.organizationId, organizationId), names(alerts.toldTo)))
  await tx.delete(alertChannels).where(isMeant(organizationId, id))
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
