import { and, asc, eq, gte, isNotNull, max, sql } from 'drizzle-orm'

import { STORED_OWN, type OwnKind } from '../../domain/metric/measure'
import type { Db } from '../connection'
import { metricSeries } from '../schema/metric'
import { metricScrapes } from '../schema/otlp'

const MOST_NAMES = 500

export type OwnMetric = { name: string; serviceId: string; kind: OwnKind; unit: string | null; series: number; lastAt: Date }

const KIND_OF = new Map(Object.entries(STORED_OWN).map(([kind, stored]) => [stored as string, kind as OwnKind]))

/** What programs of an environment measure of themselves, by name; of samples since a moment. */
export async function ownMetrics(db: Db, { environmentId, serviceId, since }: { environmentId: string; serviceId?: string | undefined; since: Date }): Promise<OwnMetric[]> {
  const s = metricSeries
  const rows = await db
    .select({ name: s.name, serviceId: s.serviceId, measure: s.measure, unit: s.unit, series: sql<number>`count(*)::int`, lastAt: max(s.lastAt) })
    .from(s)
    .where(and(eq(s.environmentId, environmentId), serviceId === undefined ? undefined : eq(s.serviceId, serviceId), isNotNull(s.name), gte(s.lastAt, since)))
    .groupBy(s.name, s.serviceId, s.measure, s.unit)
    .orderBy(asc(s.name), asc(s.serviceId), asc(s.measure))
    .limit(MOST_NAMES)
  return rows.map(({ name, serviceId: of, measure, lastAt, ...rest }) => ({ ...rest, name: name!, serviceId: of!, kind: KIND_OF.get(measure)!, lastAt: lastAt! }))
}

/** What became of asking replicas for their metrics, since a moment: those that failed first. */
export async function scrapesOf(db: Db, { environmentId, serviceId, since }: { environmentId: string; serviceId?: string | undefined; since: Date }): Promise<Omit<typeof metricScrapes.$inferSelect, 'name' | 'environmentId'>[]> {
  const { serviceId: of, part, at, samples, problem, leftOut } = metricScrapes
  return db
    .select({ serviceId: of, part, at, samples, problem, leftOut })
    .from(metricScrapes)
    .where(and(eq(metricScrapes.environmentId, environmentId), serviceId === undefined ? undefined : eq(of, serviceId), gte(at, since)))
    .orderBy(sql`${problem} is null`, asc(of), asc(part))
    .limit(MOST_NAMES)
}

/** How finds of a service's own series are kept apart: the keys of those that have samples since a moment. */
export async function ownSeriesKeys(db: Db, serviceId: string, since: Date): Promise<string[]> {
  const rows = await db.select({ key: metricSeries.key }).from(metricSeries).where(and(eq(metricSeries.serviceId, serviceId), isNotNull(metricSeries.name), gte(metricSeries.lastAt, since)))
  return rows.map(({ key }) => key)
}
