import { sql, type SQL } from 'drizzle-orm'

import type { SeriesLabels, Stored } from '../../domain/metric/measure'
import { OF_TRAFFIC } from '../../domain/metric/names'
import type { Db } from '../connection'
import type { Whose } from './scrape'

// Samples for somebody else who keeps them. What is packed of a count and what is not are read by one statement, so that together they never fall.

/** What has not been asked for this long is not told of, until it is again. */
export const IDLE_MS = 24 * 3_600_000

/** How far back samples are told one by one. */
export const RECENT_MS = 60_000

/**
 * A series with its samples from before a moment. `total`: all that was ever counted, without `sum`. `sum`, `lastMs` and `newest`: of what is not packed yet; null
 * where nothing is. `recent`: the samples of the last minute, the oldest first. `beforeMs`: when the one before those was; null where there was none.
 */
export type ToldSeries = Record<Exclude<keyof SeriesLabels, 'environmentId'>, string | null> & {
  organizationId: string
  environmentId: string
  measure: Stored
  bucket: string | null
  total: number
  sum: number | null
  lastMs: number | null
  newest: number | null
  recent: [atMs: number, value: number][] | null
  beforeMs: number | null
}

/** What is measured now, and the traffic of the last day. Where there are more than `limit`, the newest series first, and what programs measure themselves last. */
export async function samplesToTell(db: Db, { organizationIds, limit }: Whose, until: Date): Promise<ToldSeries[]> {
  const before = sql`${until.toISOString()}::timestamptz`
  const recent = sql`${new Date(until.getTime() - RECENT_MS).toISOString()}::timestamptz`
  const ms = (at: SQL) => sql`(extract(epoch from ${at}) * 1000)::float8`
  const traffic = sql`(${sql.join([...OF_TRAFFIC].map((measure) => sql`${measure}`), sql`, `)})`
  const whose = organizationIds === null ? sql`` : sql`and p.organization_id in (select jsonb_array_elements_text(${JSON.stringify(organizationIds)}::text::jsonb))`
  return [...(await db.execute<ToldSeries>(sql`
    with recent as (
      select series_id, sum(value) as sum, max(at) as last, (array_agg(value order by at desc))[1] as newest, max(at) filter (where at < ${recent}) as before,
        jsonb_agg(jsonb_build_array(${ms(sql`at`)}, value) order by at) filter (where at >= ${recent}) as recent
      from metric_points where at < ${before} group by series_id)
    select p.organization_id as "organizationId", s.environment_id as "environmentId", s.service_id as "serviceId", s.volume_id as "volumeId", s.deployment_id as "deploymentId", s.part, s.status, s.route,
      s.name, s.unit, s.attributes, s.bucket, s.measure, s.total, r.sum, ${ms(sql`r.last`)} as "lastMs", r.newest, r.recent, ${ms(sql`greatest(r.before, s.packed_until)`)} as "beforeMs"
    from metric_series s join environments e on e.id = s.environment_id join projects p on p.id = e.project_id left join recent r on r.series_id = s.id
    where e.deleted_at is null and p.deleted_at is null ${whose}
      and (r.series_id is not null or (s.measure in ${traffic} and s.packed_until > ${before} - ${`${IDLE_MS} milliseconds`}::interval))
    order by s.name is not null, s.id desc limit ${limit}`))]
}
