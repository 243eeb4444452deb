import type { HourOfSeries } from '../db/queries/engine/drain-samples'
import { attributesOf, BOUNDS_S, boundOf, LATENCY_NAME, METRIC_NAMES, type MetricName } from '../domain/drain/metric-names'
import { groupBy } from '../domain/group-by'
import type { Column } from '../domain/metric/chunk'
import { STORED_OWN, type Stored, type StoredOwn } from '../domain/metric/measure'
import { SAMPLES } from '../domain/metric/steps'
import { ownMetric } from './own-points'

// Samples of an hour as points of metrics. Counts are told as they are (delta), or as what came since the hour began (cumulative): the hour is the start of the
// count, so that it can be made again of what is stored, by whoever goes on, and says the same. Where nothing was measured there is no point.

export type Point = { atMs: number; startMs: number } & ({ value: number } | { counts: number[] })
/** `bounds`: of a histogram, the upper ones of its buckets but the last. */
export type Metric = { name: string; unit: string; description: string; as: MetricName['as'] | 'histogram'; attributes: Record<string, string>; points: Point[]; bounds?: readonly number[] }
export type Origin = { environmentId: string; serviceId: string | null; deploymentId: string | null; part: string | null }
export type OfOrigin = Origin & { metrics: Metric[] }

const STEP_MS = SAMPLES.seconds * 1_000

/** Which part of an hour is asked for, in milliseconds since 1970, and how counts are told. */
export type Span = { hourMs: number; fromMs: number; untilMs: number; isDelta: boolean; volumeNames: ReadonlyMap<string, string> }

/** Points of all series in a part of an hour, by where they come from. Origins without any are left out. */
export function pointsOf(series: readonly HourOfSeries[], span: Span): OfOrigin[] {
  const origins = new Map<string, OfOrigin>()
  const add = (one: HourOfSeries, metric: Metric) => {
    if (metric.points.length === 0) return
    const { environmentId, serviceId, deploymentId, part } = one
    const key = JSON.stringify([environmentId, serviceId, deploymentId, part])
    const origin = origins.get(key) ?? { environmentId, serviceId, deploymentId, part, metrics: [] }
    origins.set(key, origin)
    origin.metrics.push(metric)
  }
  for (const one of series) {
    if (one.measure === 'latency' || isOwn(one.measure)) continue
    const { as, scale = 1, attributes, ...named } = METRIC_NAMES[one.measure]
    const given = { ...attributesOf(one, span.volumeNames.get(one.volumeId ?? '')), ...attributes }
    add(one, { ...named, as, attributes: given, points: as === 'counter' ? counted(one.samples, span).map(({ count, ...at }) => ({ ...at, value: count * scale })) : levels(one.samples, span, scale) })
  }
  for (const buckets of histogramsIn(series)) add(buckets[0]!, { ...LATENCY_NAME, as: 'histogram', attributes: attributesOf(buckets[0]!, undefined), points: histogram(buckets, span, { count: BOUNDS_S.length + 1, placeOf: boundOf }), bounds: BOUNDS_S })
  for (const same of groupBy(series.filter(({ measure }) => isOwn(measure)), ({ measure, environmentId, serviceId, part, name, unit, attributes }) => JSON.stringify([measure, environmentId, serviceId, part, name, unit, attributes])).values()) add(same[0]!, ownMetric(same, span))
  return [...origins.values()]
}

function isOwn(measure: Stored): measure is StoredOwn {
  return (Object.values(STORED_OWN) as Stored[]).includes(measure)
}

type Slot = { slot: number; atMs: number }

function slotsOf({ hourMs, fromMs, untilMs }: Span): Slot[] {
  const slots: Slot[] = []
  for (let atMs = fromMs; atMs < untilMs; atMs += STEP_MS) slots.push({ slot: (atMs - hourMs) / STEP_MS, atMs: atMs + STEP_MS })
  return slots
}

/** What there was at the end of each step. */
export function levels(samples: Column, span: Span, scale: number): Point[] {
  return slotsOf(span).flatMap(({ slot, atMs }) => (Number.isNaN(samples[slot]!) ? [] : [{ atMs, startMs: span.hourMs, value: samples[slot]! * scale }]))
}

/** Counts at the end of each step in which there is one. */
export function counted(samples: Column, span: Span): { atMs: number; startMs: number; count: number }[] {
  return slotsOf(span).flatMap(({ slot, atMs }) => {
    if (Number.isNaN(samples[slot]!)) return []
    return [span.isDelta ? { atMs, startMs: atMs - STEP_MS, count: samples[slot]! } : { atMs, startMs: span.hourMs, count: sumTo(samples, slot) }]
  })
}

function sumTo(samples: Column, slot: number): number {
  let sum = 0
  for (let i = 0; i <= slot; i++) if (!Number.isNaN(samples[i]!)) sum += samples[i]!
  return sum
}

/** Buckets of the same answers. */
function histogramsIn(series: readonly HourOfSeries[]): HourOfSeries[][] {
  const groups = groupBy(series.filter(({ measure }) => measure === 'latency'), ({ environmentId, serviceId, deploymentId, part, status, route }) => JSON.stringify([environmentId, serviceId, deploymentId, part, status, route]))
  return [...groups.values()]
}

/** A bucket without a sample had nothing in it where another has one: those that are zero are not stored. `placeOf`: which of `count` buckets something is told in. */
export function histogram(buckets: readonly HourOfSeries[], span: Span, { count, placeOf }: { count: number; placeOf: (bucket: string | null) => number }): Point[] {
  return slotsOf(span).flatMap(({ slot, atMs }) => {
    if (buckets.every(({ samples }) => Number.isNaN(samples[slot]!))) return []
    const counts = Array.from({ length: count }, () => 0)
    for (const { bucket, samples } of buckets) counts[placeOf(bucket)]! += span.isDelta ? samples[slot]! || 0 : sumTo(samples, slot)
    return [{ atMs, startMs: span.isDelta ? atMs - STEP_MS : span.hourMs, counts }]
  })
}
