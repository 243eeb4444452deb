import type { HourOfSeries } from '../db/queries/engine/drain-samples'
import { attributesIn } from '../domain/metric/attributes'
import { counted, histogram, levels, type Metric, type Span } from './series-points'

// What programs measure themselves, by the names that they have for it.

/** All series of one own metric that have the same attributes: one, or the buckets of a histogram. */
export function ownMetric(same: readonly HourOfSeries[], span: Span): Metric {
  const [one] = same as [HourOfSeries]
  const about = { name: one.name!, unit: one.unit ?? '', description: '', attributes: Object.fromEntries(attributesIn(one.attributes ?? '')) }
  if (one.measure === 'own_level') return { ...about, as: 'gauge', points: levels(one.samples, span, 1) }
  if (one.measure === 'own_count') return { ...about, as: 'counter', points: counted(one.samples, span).map(({ count, ...at }) => ({ ...at, value: count })) }
  const bounds = boundsOf(same)
  const last = bounds.length
  // What lies in a bucket is told where its upper bound is.
  const placeOf = (bucket: string | null) => {
    const [, upper] = edgesOf(bucket)
    return Number.isFinite(upper) ? bounds.indexOf(upper) : last
  }
  return { ...about, as: 'histogram', bounds, points: histogram(same, span, { count: last + 1, placeOf }) }
}

/** Every bound that one of the buckets has; those that nothing ever fell between are not known any more. */
function boundsOf(buckets: readonly HourOfSeries[]): number[] {
  return [...new Set(buckets.flatMap(({ bucket }) => edgesOf(bucket)).filter(Number.isFinite))].sort((a, b) => a - b)
}

function edgesOf(bucket: string | null): [number, number] {
  const [lower, upper] = (bucket ?? '').split('..').map(Number)
  return [lower ?? 0, upper ?? 0]
}
