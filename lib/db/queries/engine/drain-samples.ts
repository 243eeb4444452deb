import { and, gte, inArray, lte, sql } from 'drizzle-orm'

import { unpack, type Column } from '../../../domain/metric/chunk'
import type { SeriesInfo } from '../../../domain/metric/lines'
import { STORED, type Stored } from '../../../domain/metric/measure'
import { SAMPLES } from '../../../domain/metric/steps'
import type { Db } from '../../connection'
import { metricSeries } from '../../schema/metric'
import { volumes } from '../../schema/volume'

/** Times of series are known to within this. */
const ABOUT_MS = 3_600_000
const STEP_MS = SAMPLES.seconds * 1_000
/** More are not sent: of one drain, that would be all that a receiver is asked to hold. */
const MOST_SERIES = 20_000

/** A series with what was measured in each ten seconds of an hour; NaN where nothing was. */
export type HourOfSeries = SeriesInfo & { measure: Stored; name: string | null; unit: string | null; samples: Column }

/** All series of some environments in one hour, as far as it is over at `until`: where they are too many, what programs measure themselves comes last. What is packed and what is not yet is read at once. */
export async function hourOf(db: Db, { environmentIds, hour, until }: { environmentIds: readonly string[]; hour: Date; until: Date }): Promise<HourOfSeries[]> {
  if (environmentIds.length === 0) return []
  const { id, measure, environmentId, serviceId, volumeId, deploymentId, part, status, route, name, unit, attributes, bucket, limit, firstAt, lastAt } = metricSeries
  const series = await db
    .select({ id, measure, environmentId, serviceId, volumeId, deploymentId, part, status, route, name, unit, attributes, bucket, limit })
    .from(metricSeries)
    .where(and(inArray(environmentId, [...environmentIds]), gte(lastAt, new Date(hour.getTime() - ABOUT_MS)), lte(firstAt, new Date(until.getTime() + ABOUT_MS))))
    .orderBy(sql`${name} is not null`, id)
    .limit(MOST_SERIES)
  const all = new Map(series.map((one): [number, HourOfSeries] => [one.id, { ...one, samples: new Float64Array(SAMPLES.slots).fill(Number.NaN) }]))
  if (all.size === 0) return []
  const ids = sql`series_id = any(${`{${[...all.keys()].join()}}`}::text::int[])`
  const rows = await db.execute<{ id: number; atMs: number; packed: Uint8Array | null; value: number | null }>(sql`
    select series_id as id, 0::float8 as "atMs", packed, null::float8 as value from metric_chunks where step_seconds = ${SAMPLES.seconds} and ${ids} and at = ${hour.toISOString()}::timestamptz
    union all
    select series_id, (extract(epoch from at) * 1000)::float8, null, value from metric_points where ${ids} and at >= ${hour.toISOString()}::timestamptz and at < ${until.toISOString()}::timestamptz`)
  // What is packed comes before what was added to it since.
  for (const { id: seriesId, packed } of rows) if (packed !== null) all.get(seriesId)!.samples = unpack(packed, { columns: 1, length: SAMPLES.slots })[0]!
  for (const { id: seriesId, atMs, packed, value } of rows) {
    if (packed !== null) continue
    const { samples, measure: stored } = all.get(seriesId)!
    const slot = Math.floor((atMs - hour.getTime()) / STEP_MS)
    if (slot < 0 || slot >= samples.length) continue
    const former = samples[slot]!
    samples[slot] = STORED[stored].kind === 'count' && !Number.isNaN(former) ? former + value! : value!
  }
  return [...all.values()]
}

/** Names of volumes, of those that are there. */
export async function volumeNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.select({ id: volumes.id, name: volumes.name }).from(volumes).where(inArray(volumes.id, [...ids]))
  return new Map(rows.map(({ id, name }) => [id, name]))
}
