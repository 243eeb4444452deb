import { and, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { environments, services } from '../../schema/desired'
import { httpCursors, httpRecent } from '../../schema/http'

/** The only ingress there is. */
const ONLY = 'embedded'

export type Portion = { epoch: string; seq: number }
export type RecentRow = typeof httpRecent.$inferSelect

/** The last portion that was stored; null before the first. */
export async function storedPortion(db: Db): Promise<Portion | null> {
  const [row] = await db.select({ epoch: httpCursors.epoch, seq: httpCursors.seq }).from(httpCursors).where(eq(httpCursors.ingress, ONLY))
  return row ?? null
}

/** Notes that a portion is stored, from now until the transaction ends. False when something else was stored since `before` was read. */
export async function notePortion(tx: Db, before: Portion | null, portion: Portion): Promise<boolean> {
  const rows = before
    ? await tx.update(httpCursors).set(portion).where(and(eq(httpCursors.ingress, ONLY), eq(httpCursors.epoch, before.epoch), eq(httpCursors.seq, before.seq))).returning({ seq: httpCursors.seq })
    : await tx.insert(httpCursors).values({ ingress: ONLY, ...portion }).onConflictDoNothing().returning({ seq: httpCursors.seq })
  return rows.length > 0
}

/** The environments of these services; those that are gone are left out. */
export async function environmentsOf(db: Db, serviceIds: readonly string[]): Promise<Map<string, string>> {
  if (serviceIds.length === 0) return new Map()
  const rows = await db.select({ id: services.id, environmentId: services.environmentId }).from(services).where(inArray(services.id, [...serviceIds]))
  return new Map(rows.map(({ id, environmentId }) => [id, environmentId]))
}

/** Services that requests may come to: of those, none having come is known. */
export async function servicesThatAnswer(db: Db): Promise<{ serviceId: string; environmentId: string }[]> {
  return db
    .select({ serviceId: services.id, environmentId: services.environmentId })
    .from(services)
    .innerJoin(environments, eq(environments.id, services.environmentId))
    .where(and(isNotNull(services.activeDeploymentId), isNull(environments.deletedAt), sql`${services.source} ->> 'type' <> 'database'`))
}

/** Adds to the steps that are there. No two of the rows are of the same step. */
export async function addRecent(tx: Db, rows: readonly RecentRow[]): Promise<void> {
  if (rows.length === 0) return
  const latency = sql`coalesce((select jsonb_object_agg(key, n) from (
    select key, sum(value::int) as n from (select * from jsonb_each_text(${httpRecent.latency}) union all select * from jsonb_each_text(excluded.latency)) as times group by key) as added), '{}'::jsonb)`
  await tx
    .insert(httpRecent)
    .values([...rows])
    .onConflictDoUpdate({
      target: [httpRecent.environmentId, httpRecent.at, httpRecent.serviceId, httpRecent.fromId],
      set: { requests: sql`${httpRecent.requests} + excluded.requests`, errors: sql`${httpRecent.errors} + excluded.errors`, latency },
    })
}

export async function removeOlderRecent(db: Db, than: Date): Promise<void> {
  await db.delete(httpRecent).where(lt(httpRecent.at, than))
}
