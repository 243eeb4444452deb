import type { HourOfSeries } from '../db/queries/engine/drain-samples'
import { attributesOf, BOUNDS_S, boundOf, LATENCY_NAME, METRIC_NAMES } from '../domain/drain/metric-names'
import { groupBy } from '../domain/group-by'
import { STORED_OWN, type Stored, type StoredOwn } from '../domain/metric/measure'
import { ownMetric } from './own-points'
import { counted, histogram, levels, type Metric, type Span } from './series-points'

// Samples of an hour as points of metrics. Counts are told as they are (delta), or as what came since the hour began (cumulative): the hour is the start of the
// count, so that it can be made again of what is stored, by whoever goes on, and says the same. Where nothing was measured there is no point.

export type Origin = { environmentId: string; serviceId: string | null; deploymentId: string | null; part: string | null }
export type OfOrigin = Origin & { metrics: Metric[] }

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

/** Buckets of the same answers. */
function histogramsIn(series: readonly HourOfSeries[]): HourOfSeries[][] {
  const groups = groupBy(series.filter(({ measure }) => measure === 'latency'), ({ environmentId, serviceId, deploymentId, part, status, route }) => JSON.stringify([environmentId, serviceId, deploymentId, part, status, route]))
  return [...groups.values()]
}
