import { and, eq, gte, inArray, lt, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { serviceTraffic, trafficSamples } from '../../schema/observed'

export type Sample = typeof trafficSamples.$inferSelect

/** The last arrival of a request at each of these services, as far as it is known. */
export async function lastOf(db: Db, serviceIds: readonly string[]): Promise<Map<string, Date>> {
  if (serviceIds.length === 0) return new Map()
  const rows = await db.select().from(serviceTraffic).where(inArray(serviceTraffic.serviceId, [...serviceIds]))
  return new Map(rows.flatMap((row) => (row.lastAt === null ? [] : [[row.serviceId, row.lastAt] as const])))
}

/** Notes arrivals; an older one than is known changes nothing. */
export async function noteArrivals(db: Db, arrivals: readonly { serviceId: string; lastAt: Date }[]): Promise<void> {
  if (arrivals.length === 0) return
  await db
    .insert(serviceTraffic)
    .values([...arrivals])
    .onConflictDoUpdate({ target: serviceTraffic.serviceId, set: { lastAt: sql`greatest(${serviceTraffic.lastAt}, excluded.last_at)` } })
}

/** Adds what was counted to the samples that are there. */
export async function addSamples(db: Db, samples: readonly Sample[]): Promise<void> {
  for (const sample of samples) {
    await db
      .insert(trafficSamples)
      .values(sample)
      .onConflictDoUpdate({
        target: [trafficSamples.deploymentId, trafficSamples.at],
        set: {
          requests: sql`${trafficSamples.requests} + excluded.requests`,
          failed: sql`${trafficSamples.failed} + excluded.failed`,
          buckets: sql`(select jsonb_agg(coalesce(a.n, 0) + coalesce(b.n, 0) order by coalesce(a.i, b.i))
            from (select value::int n, ordinality i from jsonb_array_elements_text(${trafficSamples.buckets}) with ordinality) a
            full join (select value::int n, ordinality i from jsonb_array_elements_text(excluded.buckets) with ordinality) b on a.i = b.i)`,
        },
      })
  }
}

/** What a deployment answered in a span of time, sample by sample. */
export function samplesOf(db: Db, deploymentId: string, span: { from: Date; until: Date }): Promise<Sample[]> {
  return db
    .select()
    .from(trafficSamples)
    .where(and(eq(trafficSamples.deploymentId, deploymentId), gte(trafficSamples.at, span.from), lt(trafficSamples.at, span.until)))
    .orderBy(trafficSamples.at)
}

export async function removeOlder(db: Db, than: Date): Promise<void> {
  await db.delete(trafficSamples).where(lt(trafficSamples.at, than))
}
