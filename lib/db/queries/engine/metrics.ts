import { inArray, sql } from 'drizzle-orm'

import { STORED, type SeriesLabels, type Stored } from '../../../domain/metric/measure'
import type { Db } from '../../connection'
import { metricPoints, metricSeries } from '../../schema/metric'

// How samples are written: a series is found or made by its labels, then each sample is a row until it is packed.

/**
 * One sample. `value`: for a `level` of `STORED` how much there is, for a `count` how much came since the sample before; several
 * counts of the same ten seconds are added up, of levels the last one stays. `limit`: what a level cannot go beyond. `buckets`:
 * answers since the sample before, by the upper bounds of `keptLatencies`.
 */
export type MetricSample = { at: Date; labels: SeriesLabels } & (
  | { measure: Exclude<Stored, 'latency' | 'own_bucket'>; value: number; limit?: number | null }
  | { measure: 'own_bucket'; value: number; /** By `boundsText`. */ bounds: string }
  | { measure: 'latency'; buckets: readonly (readonly [boundMs: number, count: number])[] }
)

const STEP_MS = 10_000
const AT_ONCE = 2_000
/** How old what is written of a series' first and last sample may become. */
const STALE_MS = 30 * 60_000

type Point = { key: string; measure: Stored; labels: SeriesLabels; bucket: string | null; at: number; value: number; limit: number | null }
type Series = { id: number; limit: number | null; firstAt: Date; lastAt: Date }

/**
 * Keeps samples. Not recording something is a gap; nothing having come is a sample of 0. Call it in a transaction to write other things with it, or
 * with the database itself.
 */
export async function record(db: Db, samples: readonly MetricSample[]): Promise<void> {
  const points = merged(samples.flatMap(pointsOf))
  if (points.length === 0) return
  await db.transaction(async (tx) => {
    for (let from = 0; from < points.length; from += AT_ONCE) await write(tx, points.slice(from, from + AT_ONCE))
  })
}

/** Forgets what was measured in environments that are gone. */
export async function removeMetricsOfGone(db: Db): Promise<void> {
  await db.execute(sql`
    with gone as (delete from metric_series s where not exists (select 1 from environments e where e.id = s.environment_id) returning id),
      points as (delete from metric_points where series_id in (select id from gone))
    delete from metric_chunks where step_seconds in (10, 60, 900) and series_id in (select id from gone)`)
}

async function write(tx: Db, points: readonly Point[]): Promise<void> {
  const known = await seriesOf(tx, points)
  for (const kind of ['level', 'count'] as const) {
    const rows = points.filter(({ measure }) => STORED[measure].kind === kind).map(({ key, at, value }) => ({ id: known.get(key)!.id, at: new Date(at).toISOString(), value }))
    if (rows.length === 0) continue
    // In one order, so that no two who write the same wait for each other.
    rows.sort((a, b) => a.id - b.id || (a.at < b.at ? -1 : 1))
    const former = kind === 'count' ? sql`${metricPoints.value} + ` : sql``
    await tx.execute(sql`
      insert into metric_points (series_id, at, value)
      select id, at, value from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as n (id int, at timestamptz, value float8)
      on conflict (series_id, at) do update set value = ${former}excluded.value`)
  }
}

/** The series of these samples, made where they are new, with their limits and times up to date. */
async function seriesOf(tx: Db, points: readonly Point[]): Promise<Map<string, Series>> {
  const newest = new Map<string, Point>()
  for (const point of points) if ((newest.get(point.key)?.at ?? -1) < point.at) newest.set(point.key, point)
  const known = await find(tx, [...newest.keys()])
  const fresh = [...newest.values()].filter(({ key }) => !known.has(key)).sort((a, b) => (a.key < b.key ? -1 : 1))
  if (fresh.length > 0) {
    const rows = fresh.map(({ key, measure, labels, bucket, at, limit }) => ({ key, measure, ...labels, bucket, limit, firstAt: new Date(at), lastAt: new Date(at) }))
    await tx.insert(metricSeries).values(rows).onConflictDoNothing()
    for (const [key, series] of await find(tx, fresh.map(({ key }) => key))) known.set(key, series)
  }
  const changed = [...newest.values()].filter((point) => isStale(known.get(point.key)!, point)).map(({ key, at, limit }) => ({ id: known.get(key)!.id, at: new Date(at).toISOString(), limit }))
  if (changed.length > 0) {
    await tx.execute(sql`select 1 from metric_series where id = any(${`{${changed.map(({ id }) => id).join()}}`}::text::int[]) order by id for no key update`)
    await tx.execute(sql`
      update metric_series s set "limit" = n."limit", first_at = least(s.first_at, n.at), last_at = greatest(s.last_at, n.at)
      from jsonb_to_recordset(${JSON.stringify(changed)}::text::jsonb) as n (id int, at timestamptz, "limit" float8)
      where s.id = n.id`)
  }
  return known
}

function isStale({ limit, firstAt, lastAt }: Series, point: Point): boolean {
  return limit !== point.limit || point.at < firstAt.getTime() - STALE_MS || point.at > lastAt.getTime() + STALE_MS
}

async function find(tx: Db, keys: readonly string[]): Promise<Map<string, Series>> {
  const { id, key, limit, firstAt, lastAt } = metricSeries
  const rows = await tx.select({ id, key, limit, firstAt, lastAt }).from(metricSeries).where(inArray(key, [...keys]))
  return new Map(rows.map((row) => [row.key, row]))
}

function pointsOf(sample: MetricSample): Point[] {
  const at = Math.floor(sample.at.getTime() / STEP_MS) * STEP_MS
  const { measure, labels } = sample
  if (sample.measure !== 'latency') {
    if (!isUsableOwn(measure, sample.value)) return []
    const bucket = sample.measure === 'own_bucket' ? sample.bounds : null
    return [{ key: keyOf(measure, labels, bucket), measure, labels, bucket, at, value: sample.value, limit: ('limit' in sample ? sample.limit : null) ?? null }]
  }
  return sample.buckets.flatMap(([bound, value]) => {
    const bucket = String(bound)
    return value === 0 || !isUsable(value) ? [] : [{ key: keyOf(measure, labels, bucket), measure, labels, bucket, at, value, limit: null }]
  })
}

function isUsable(value: number): boolean {
  return Number.isFinite(value) && value >= 0
}

/** What a program measures of itself may lie below zero. */
function isUsableOwn(measure: Stored, value: number): boolean {
  return measure === 'own_level' ? Number.isFinite(value) : isUsable(value)
}

/** What finds a series. */
export function keyOf(measure: Stored, labels: SeriesLabels, bucket: string | null): string {
  const { environmentId, serviceId, volumeId, deploymentId, part, status, route, name, unit, attributes } = labels
  if (name !== undefined) return JSON.stringify([measure, environmentId, serviceId, part, name, unit, attributes, bucket])
  return JSON.stringify([measure, environmentId, serviceId, volumeId, deploymentId, part, status, route, bucket])
}

/** One point for each series and step. */
function merged(points: readonly Point[]): Point[] {
  const byPlace = new Map<string, Point>()
  for (const point of points) {
    const place = `${point.at} ${point.key}`
    const former = byPlace.get(place)
    byPlace.set(place, former && STORED[point.measure].kind === 'count' ? { ...point, value: former.value + point.value } : point)
  }
  return [...byPlace.values()]
}
