import { attributesText as textOf } from '../domain/metric/attributes'
import { coarser, exponentialBounds, FINEST_SCALE } from '../domain/metric/exponential'
import { boundsText } from '../domain/metric/spread'
import type { SeriesLabels } from '../domain/metric/measure'
import type { MetricSample } from '../db/queries/engine/metrics'
import { clean } from '../telemetry/split-chunk'
import { replicaIn } from './record-lines'
import type { AnyValue, ExponentialPoint, HistogramPoint, Metric, MetricsRequest, NumberPoint, SummaryPoint } from './request'
import type { Totals } from './totals'

// Points of OpenTelemetry as samples: https://opentelemetry.io/docs/specs/otel/metrics/data-model/

const DELTA = 1
const CUMULATIVE = 2
/** A point with this flag says that nothing was measured. */
const NO_VALUE = 1

/** How long a name may be, and how much a point and a request may hold. */
const MOST = { name: 128, buckets: 200, exponential: 1_000, scale: 20, points: 10_000 }
const LATE_MS = 3_600_000
const EARLY_MS = 10_000

/** `isNew`: whether what a program counts that was never told before has come since the point before; by the start of each where that is not said. */
type About = { environmentId: string; serviceId: string; totals: Totals; readMs: number; isNew?: boolean | undefined }

/** `rejected`: how many points were not taken, by why. */
export type Taken = { samples: MetricSample[]; rejected: Map<string, number> }

/** The samples of a request. What rises for ever becomes what came since the point before, which `totals` remembers. */
export function samplesOf({ resourceMetrics }: MetricsRequest, about: About): Taken {
  const taken: Taken = { samples: [], rejected: new Map() }
  let points = 0
  for (const { resource, scopeMetrics } of resourceMetrics) {
    const instance = JSON.stringify(resource.attributes.filter(([key]) => key === 'service.instance.id' || key === 'easel.replica' || key === 'process.pid'))
    const part = replicaIn(resource.attributes)
    for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      const count = pointsIn(metric)
      points += count
      if (points > MOST.points) reject(taken, count, `a request may hold ${MOST.points.toLocaleString('en-US')} points`)
      else take(taken, metric, { ...about, instance, part })
    }
  }
  return taken
}

type Place = About & { instance: string; part: string | null }

function reject({ rejected }: Taken, count: number, why: string): void {
  if (count > 0) rejected.set(why, (rejected.get(why) ?? 0) + count)
}

function pointsIn({ gauge, sum, histogram, exponentialHistogram, summary }: Metric): number {
  return [gauge, sum, histogram, exponentialHistogram, summary].reduce((all, each) => all + (each?.dataPoints.length ?? 0), 0)
}

function take(taken: Taken, metric: Metric, place: Place): void {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric
  if (metric.name === '') return reject(taken, pointsIn(metric), 'a metric must have a name')
  for (const point of gauge?.dataPoints ?? []) takeLevel(taken, metric, point, place)
  for (const point of sum?.dataPoints ?? []) {
    if (!sum!.isMonotonic && sum!.aggregationTemporality === DELTA) reject(taken, 1, 'sums that rise and fall must be cumulative')
    else if (!sum!.isMonotonic) takeLevel(taken, metric, point, place)
    else takeCount(taken, metric, { point, temporality: sum!.aggregationTemporality }, place)
  }
  for (const point of histogram?.dataPoints ?? []) takeSpread(taken, metric, { point, temporality: histogram!.aggregationTemporality }, place)
  for (const point of exponentialHistogram?.dataPoints ?? []) takeExponential(taken, metric, { point, temporality: exponentialHistogram!.aggregationTemporality }, place)
  for (const point of summary?.dataPoints ?? []) takeSummary(taken, metric, point, place)
}

type Point = Pick<NumberPoint, 'attributes' | 'timeUnixNano' | 'startTimeUnixNano' | 'flags'>

function labelsOf({ name, unit }: Metric, { attributes }: Point, { environmentId, serviceId }: Place): SeriesLabels {
  return { environmentId, serviceId, name: clean(name).slice(0, MOST.name), ...(unit === '' ? {} : { unit: clean(unit).slice(0, 32) }), attributes: attributesText(attributes) }
}

/** `method=GET, status=200`: by name, bounded. */
export function attributesText(attributes: readonly (readonly [string, AnyValue])[]): string {
  return textOf(attributes.map(([key, value]) => [clean(key), clean(typeof value === 'string' ? value : JSON.stringify(value))] as const))
}

/** Its own time where that is plausible. */
function timeOf({ timeUnixNano }: Point, { readMs }: Place): Date {
  return new Date(timeUnixNano >= readMs - LATE_MS && timeUnixNano <= readMs + EARLY_MS ? timeUnixNano : readMs)
}

function valueOf({ asDouble, asInt, flags }: NumberPoint): number | null {
  const value = asDouble ?? asInt
  return value === undefined || !Number.isFinite(value) || (flags & NO_VALUE) !== 0 ? null : value
}

function takeLevel(taken: Taken, metric: Metric, point: NumberPoint, place: Place): void {
  const value = valueOf(point)
  if (value === null) return
  // Replicas have levels of their own; what they count is added up.
  const labels = { ...labelsOf(metric, point, place), ...(place.part === null ? {} : { part: place.part }) }
  taken.samples.push({ measure: 'own_level', labels, at: timeOf(point, place), value })
}

function takeCount(taken: Taken, metric: Metric, { point, temporality }: { point: NumberPoint; temporality: number }, place: Place): void {
  const value = valueOf(point)
  if (value === null) return
  if (value < 0) return reject(taken, 1, 'what only rises may not be below zero')
  const labels = labelsOf(metric, point, place)
  const [increase] = increaseOf([value], { labels, point, temporality }, place) ?? []
  if (increase === undefined) return temporality === DELTA || temporality === CUMULATIVE ? undefined : reject(taken, 1, 'sums must be delta or cumulative')
  taken.samples.push({ measure: 'own_count', labels, at: timeOf(point, place), value: increase })
}

function takeSpread(taken: Taken, metric: Metric, { point, temporality }: { point: HistogramPoint; temporality: number }, place: Place): void {
  const { bucketCounts, explicitBounds, flags } = point
  if ((flags & NO_VALUE) !== 0 || bucketCounts.length === 0) return
  const rises = explicitBounds.every((bound, index) => Number.isFinite(bound) && (index === 0 || bound > explicitBounds[index - 1]!))
  if (bucketCounts.length !== explicitBounds.length + 1 || !rises || bucketCounts.some((count) => count < 0)) return reject(taken, 1, 'the buckets of a histogram must fit its bounds')
  if (bucketCounts.length > MOST.buckets) return reject(taken, 1, `a histogram may have ${MOST.buckets} buckets`)
  const labels = labelsOf(metric, point, place)
  const increases = increaseOf(bucketCounts, { labels, point, temporality }, place)
  const at = timeOf(point, place)
  increases?.forEach((value, index) => {
    if (value <= 0) return
    // What is measured mostly begins at zero, and a bucket without a bound tells nothing.
    const lower = explicitBounds[index - 1] ?? ((explicitBounds[0] ?? 0) > 0 ? 0 : -Infinity)
    taken.samples.push({ measure: 'own_bucket', labels, at, value, bounds: boundsText(lower, explicitBounds[index] ?? Infinity) })
  })
}

/** Buckets on both sides of what is taken for zero. Each side is counted for itself. */
function takeExponential(taken: Taken, metric: Metric, { point, temporality }: { point: ExponentialPoint; temporality: number }, place: Place): void {
  const { scale, zeroCount, positive, negative, flags } = point
  if ((flags & NO_VALUE) !== 0) return
  if (scale < -MOST.scale || scale > MOST.scale || zeroCount < 0 || [positive, negative].some(({ bucketCounts }) => bucketCounts.some((count) => count < 0))) return reject(taken, 1, 'the buckets of an exponential histogram must be counts of a scale')
  if (positive.bucketCounts.length > MOST.exponential || negative.bucketCounts.length > MOST.exponential) return reject(taken, 1, `a histogram may have ${MOST.exponential.toLocaleString('en-US')} buckets on each side`)
  const labels = labelsOf(metric, point, place)
  const at = timeOf(point, place)
  const add = (value: number, bounds: string) => void (value > 0 && taken.samples.push({ measure: 'own_bucket', labels, at, value, bounds }))
  for (const [side, { offset, bucketCounts }] of Object.entries({ above: positive, below: negative })) {
    const buckets = coarser({ scale, first: offset, counts: bucketCounts }, FINEST_SCALE)
    const increases = increaseOf(buckets.counts, { labels, point, temporality, side, buckets }, place)
    increases?.forEach((value, index) => {
      const { lower, upper } = exponentialBounds(buckets.scale, buckets.first + index)
      add(value, side === 'above' ? boundsText(lower, upper) : boundsText(-upper, -lower))
    })
  }
  add(increaseOf([zeroCount], { labels, point, temporality, side: 'zero' }, place)?.[0] ?? 0, boundsText(0, 0))
}

/** What a program has reckoned itself: a level for each share, which cannot be added up over replicas. */
function takeSummary(taken: Taken, metric: Metric, point: SummaryPoint, place: Place): void {
  for (const { quantile, value } of point.quantileValues) takeLevel(taken, metric, { ...point, attributes: [...point.attributes, ['quantile', quantile]], asDouble: value }, place)
}

/** `side`: which of several totals of a point. */
type Counted = { labels: SeriesLabels; point: Point; temporality: number; side?: string; buckets?: { scale: number; first: number } }

/** What came since the point before; null where that is not known, or where it is neither delta nor cumulative. */
function increaseOf(now: readonly number[], { labels, point, temporality, side, buckets }: Counted, { totals, instance, readMs, isNew }: Place): readonly number[] | null {
  if (temporality === DELTA) return now
  if (temporality !== CUMULATIVE) return null
  const key = JSON.stringify([labels.serviceId, instance, labels.name, labels.unit, labels.attributes, side])
  return totals.increase(key, { values: now, startMs: point.startTimeUnixNano, readMs, ...(isNew === undefined ? {} : { isNew }), ...(buckets === undefined ? {} : { buckets: { scale: buckets.scale, first: buckets.first } }) })
}
