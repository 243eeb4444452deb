import { and, desc, eq, gte, inArray, lte, sql } from 'drizzle-orm'

import { linesOf, placesFor, storedFor, type Ask, type Line, type SeriesInfo } from '../../domain/metric/lines'
import { READINGS, STORED, type Grouping, type Measure } from '../../domain/metric/measure'
import { addSample, emptySlots, unpackInto, type Slots } from '../../domain/metric/slots'
import { chunkStart, gridOf } from '../../domain/metric/steps'
import { AppError } from '../../errors'
import type { Db } from '../connection'
import { deployments } from '../schema/deployment'
import { services } from '../schema/desired'
import { metricSeries } from '../schema/metric'
import { volumes } from '../schema/volume'

// What was measured, read back. Chunks and the samples that are not packed yet are read by one statement, so that nothing is seen twice
// or not at all while it is being packed.

/** Of so many series an answer can be made. */
const MOST_SERIES = 20_000
/** Some hundred megabytes. */
const MOST_SLOTS = 3_000_000
/** Times of series are known to within this. */
const ABOUT_MS = 3_600_000

/** `environmentIds`: null for all of them. */
export type MetricAsk = Ask & { environmentIds: readonly string[] | null; serviceId?: string | undefined; deploymentId?: string | undefined; name?: string | undefined; volumeId?: string | undefined }

/** The lines that answer a question, the largest first. */
export async function metricLines(db: Db, ask: MetricAsk): Promise<Line[]> {
  const { series, slots } = await readSlots(db, ask)
  return linesOf(series, slots, ask)
}

/**
 * `mean`: over the whole window; of latency the quantile over all of it, of counts the rate. `last`, `lowest` and `highest`: of its steps of 10 s (databases: 60 s)
 * in which it was measured. `covered`: in which share of them that was, from 0 to 1; the present one, which is not over, may miss.
 */
export type Latest = { environmentId: string; labels: Line['labels']; measure: Measure; mean: number; last: number; lowest: number; highest: number; limit: number | null; covered: number }

/** `sinceMs`: how long the window is that ends now, two hours at most. `by`: each service, unless said otherwise. */
export type LatestAsk = { environmentIds?: readonly string[]; measures: readonly Measure[]; sinceMs: number; now: Date; by?: Grouping }

/** How things were of late, for whoever judges them: one row for each measure and line of which anything was measured in the window. Two statements for each measure. */
export async function latestOf(db: Db, { environmentIds, measures, sinceMs, now, by = 'service' }: LatestAsk): Promise<Latest[]> {
  const untilMs = now.getTime()
  const found: Latest[] = []
  for (const measure of measures) {
    const { everySeconds } = STORED[READINGS[measure].of]
    const grid = gridOf({ fromMs: untilMs - sinceMs, untilMs, nowMs: untilMs, stepSeconds: everySeconds, everySeconds })
    const ask: MetricAsk = { environmentIds: environmentIds ?? null, measure, by, take: 'mean', grid, most: Infinity }
    const { series, slots } = await readSlots(db, ask)
    const wholes = linesOf(series, slots, { ...ask, grid: { ...grid, stepSeconds: grid.stepSeconds * grid.count, count: 1 } })
    const means = new Map(wholes.map((line) => [keyOf(line), line.points[0]!]))
    for (const line of linesOf(series, slots, ask)) {
      const points = line.points.filter((point) => point !== null)
      found.push({ environmentId: line.environmentId, labels: line.labels, measure, mean: means.get(keyOf(line))!, last: points.at(-1)!, lowest: Math.min(...points), highest: Math.max(...points), limit: line.limit, covered: points.length / line.points.length })
    }
  }
  return found
}

function keyOf({ environmentId, labels }: Line): string {
  return JSON.stringify([environmentId, labels])
}

/** What one version answered in a span of time, of which whole steps of ten seconds are taken. Times by the upper bounds of `keptLatencies`. */
export type Answered = { requests: number; errors: number; latencies: [boundMs: number, count: number][] }
export type AnsweredAsk = { environmentId: string; serviceId: string; deploymentId: string; from: Date; until: Date }

export async function answeredBy(db: Db, { environmentId, serviceId, deploymentId, from, until }: AnsweredAsk): Promise<Answered> {
  const [fromMs, untilMs] = [from.getTime(), until.getTime()]
  const answered: Answered = { requests: 0, errors: 0, latencies: [] }
  if (fromMs >= untilMs) return answered
  const grid = gridOf({ fromMs, untilMs, nowMs: untilMs, stepSeconds: STORED.requests.everySeconds, everySeconds: STORED.requests.everySeconds })
  for (const measure of ['errors', 'latency_p95'] as const) {
    const { series, slots } = await readSlots(db, { environmentIds: [environmentId], serviceId, deploymentId, measure, by: 'deployment', take: 'mean', grid, most: Infinity })
    for (const one of series) {
      const count = slots.get(one.id)!.sum.reduce((sum, value) => sum + value, 0)
      if (one.measure === 'latency') answered.latencies.push([Number(one.bucket), count])
      // What the others are measured by comes with each of them.
      else if (one.measure === 'errors' || measure === 'errors') answered[one.measure === 'errors' ? 'errors' : 'requests'] += count
    }
  }
  return answered
}

/** What is known of the series that answer a question. */
export async function seriesFor(db: Db, { environmentIds, measure, name, serviceId, deploymentId: version, volumeId, grid }: MetricAsk): Promise<SeriesInfo[]> {
  const { id, measure: stored, environmentId, deploymentId, part, status, route, attributes, bucket, limit, firstAt, lastAt } = metricSeries
  const rows = await db
    .select({ id, measure: stored, environmentId, serviceId: metricSeries.serviceId, volumeId: metricSeries.volumeId, deploymentId, part, status, route, attributes, bucket, limit })
    .from(metricSeries)
    .where(
      and(
        environmentIds === null ? undefined : inArray(environmentId, [...environmentIds]),
        inArray(stored, storedFor(measure)),
        serviceId === undefined ? undefined : eq(metricSeries.serviceId, serviceId),
        version === undefined ? undefined : eq(deploymentId, version),
        name === undefined ? undefined : eq(metricSeries.name, name),
        volumeId === undefined ? undefined : eq(metricSeries.volumeId, volumeId),
        gte(lastAt, new Date(grid.fromMs - ABOUT_MS)),
        lte(firstAt, new Date(grid.untilMs + ABOUT_MS)),
      ),
    )
    .orderBy(desc(id))
    .limit(MOST_SERIES + 1)
  if (rows.length > MOST_SERIES) throw tooMuch()
  return rows
}

type Row = { id: number; atMs: number; packed: Uint8Array | null; value: number | null }

/** What is known of them in the slots of the grid, which are what it is read from. */
export async function readSlots(db: Db, ask: MetricAsk): Promise<{ series: SeriesInfo[]; slots: Map<number, Slots> }> {
  const { kept, fromMs, untilMs, count, stepSeconds } = ask.grid
  const all = await seriesFor(db, ask)
  const places = placesFor(all, ask.by)
  const series = [...new Set(places.values())]
  const length = (count * stepSeconds) / kept.seconds
  if (series.length * length > MOST_SLOTS) throw tooMuch()
  const slots = new Map(series.map(({ id }) => [id, emptySlots(length)]))
  if (series.length === 0) return { series, slots }
  const ids = sql`series_id = any(${`{${[...places.keys()].join()}}`}::text::int[])`
  const until = sql`at < ${new Date(untilMs).toISOString()}::timestamptz`
  const rows = await db.execute<Row>(sql`
    select series_id as id, (extract(epoch from at) * 1000)::float8 as "atMs", packed, null::float8 as value from metric_chunks
      where step_seconds = ${kept.seconds} and ${ids} and at >= ${new Date(chunkStart(kept, fromMs)).toISOString()}::timestamptz and ${until}
    union all
    select series_id, (extract(epoch from at) * 1000)::float8, null, value from metric_points
      where ${ids} and at >= ${new Date(fromMs).toISOString()}::timestamptz and ${until}`)
  for (const { id, atMs, packed, value } of rows) {
    const { id: place, measure } = places.get(id)!
    if (packed !== null) unpackInto(slots.get(place)!, packed, { kept, measure, offset: (atMs - fromMs) / (kept.seconds * 1_000) })
    else addSample(slots.get(place)!, { kept, measure, fromMs }, { atMs, value: value! })
  }
  return { series, slots }
}

function tooMuch(): AppError {
  return new AppError('limit_exceeded', 'That is more than can be answered at once. Ask for one service, or for less time.')
}

/** What things are called now; what is gone is left out. */
export type Names = { services: ReadonlyMap<string, string>; volumes: ReadonlyMap<string, string>; deployments: ReadonlyMap<string, number> }

/** The names of what lines are about. */
export async function namesOf(db: Db, environmentId: string, labels: readonly Line['labels'][]): Promise<Names> {
  const ids = (name: 'serviceId' | 'volumeId' | 'deployment') => [...new Set(labels.flatMap((each) => each[name] ?? []))]
  const [ofServices, ofVolumes, ofDeployments] = await Promise.all([
    db.select({ id: services.id, name: services.name }).from(services).where(and(eq(services.environmentId, environmentId), inArray(services.id, ids('serviceId')))),
    db.select({ id: volumes.id, name: volumes.name }).from(volumes).where(and(eq(volumes.environmentId, environmentId), inArray(volumes.id, ids('volumeId')))),
    db.select({ id: deployments.id, number: deployments.number }).from(deployments).where(inArray(deployments.id, ids('deployment'))),
  ])
  return { services: new Map(ofServices.map(({ id, name }) => [id, name])), volumes: new Map(ofVolumes.map(({ id, name }) => [id, name])), deployments: new Map(ofDeployments.map(({ id, number }) => [id, number])) }
}
