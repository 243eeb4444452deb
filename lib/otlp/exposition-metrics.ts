import type { Exposition, MetricType, SampleLine } from './exposition'
import type { Metric, MetricsRequest } from './request'

// An exposition as what an OpenTelemetry SDK would send of it, so that both are kept in the same way: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/

const CUMULATIVE = 2
/** Units that names of metrics end with, as UCUM writes them. */
const UNITS: Readonly<Record<string, string>> = { seconds: 's', milliseconds: 'ms', bytes: 'By', ratio: '1', percent: '%', celsius: 'Cel', meters: 'm', volts: 'V', amperes: 'A', joules: 'J', grams: 'g' }

/** `startMs`: when the program began, in milliseconds since 1970. */
export type Scraped = { part: string; instance: string; startMs: number }

/** All metrics of an exposition, as of one replica. Counters and histograms count since the program began; what a program reckons itself (summaries) is levels. */
export function requestOf(exposition: Exposition, { part, instance, startMs }: Scraped): MetricsRequest {
  const attributes: [string, string][] = [['easel.replica', part], ['service.instance.id', instance]]
  return { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics: metricsOf(exposition, startMs) }] }] }
}

type Family = { name: string; type: MetricType; samples: SampleLine[] }

function metricsOf({ samples, types, units }: Exposition, startMs: number): Metric[] {
  const families = new Map<string, Family>()
  for (const sample of samples) {
    const family = familyOf(sample.name, types)
    const known = families.get(family.name) ?? { ...family, samples: [] }
    families.set(family.name, known)
    known.samples.push(sample)
  }
  return [...families.values()].flatMap((family) => ofFamily(family, units.get(family.name) ?? unitIn(family.name), startMs))
}

const ENDINGS: Readonly<Record<string, readonly MetricType[]>> = { _bucket: ['histogram'], _sum: ['histogram', 'summary'], _count: ['histogram', 'summary'], _created: ['counter', 'histogram', 'summary'], _total: ['counter'] }

/** Samples of histograms and summaries have an ending besides the name of their family, counters of OpenMetrics too. */
function familyOf(name: string, types: Exposition['types']): Pick<Family, 'name' | 'type'> {
  const type = types.get(name)
  if (type !== undefined && type !== 'unknown') return { name, type }
  for (const [ending, of] of Object.entries(ENDINGS)) {
    const base = name.endsWith(ending) ? name.slice(0, -ending.length) : null
    const found = base === null ? undefined : types.get(base)
    // A counter is asked for by the name it is told by.
    if (found !== undefined && of.includes(found)) return { name: ending === '_total' ? name : base!, type: found }
  }
  return { name, type: name.endsWith('_total') ? 'counter' : 'unknown' }
}

function unitIn(name: string): string {
  return UNITS[name.replace(/_total$/, '').split('_').at(-1)!] ?? ''
}

function ofFamily({ name, type, samples }: Family, unit: string, startMs: number): Metric[] {
  const own = (ending: string) => samples.filter((sample) => sample.name === name + ending)
  const level = (of: readonly SampleLine[]): Metric => ({ name, unit, gauge: { dataPoints: of.map((sample) => pointOf(sample, startMs)) } })
  const count = (called: string, of: readonly SampleLine[], measured: string): Metric[] => (of.length === 0 ? [] : [{ name: called, unit: measured, sum: { isMonotonic: true, aggregationTemporality: CUMULATIVE, dataPoints: of.map((sample) => pointOf(sample, startMs)) } }])
  switch (type) {
    case 'counter':
      return count(name, own(''), unit)
    case 'histogram':
      return [histogramOf({ name, unit }, own('_bucket'), startMs)]
    case 'summary':
      return [...(own('').length === 0 ? [] : [level(own(''))]), ...count(`${name}_count`, own('_count'), ''), ...count(`${name}_sum`, own('_sum').filter(({ value }) => value >= 0), unit)]
    case 'gauge':
    case 'unknown':
      return own('').length === 0 ? [] : [level(own(''))]
  }
}

function pointOf({ labels, value }: SampleLine, startMs: number) {
  return { startTimeUnixNano: startMs, timeUnixNano: 0, attributes: labels.map(([key, text]): [string, string] => [key, text]), flags: 0, asDouble: value }
}

/** Buckets that hold what the ones below them hold as well, as buckets that do not. What does not rise is refused later, as of anybody. */
function histogramOf({ name, unit }: { name: string; unit: string }, samples: readonly SampleLine[], startMs: number): Metric {
  const groups = new Map<string, SampleLine[]>()
  for (const sample of samples) {
    const key = JSON.stringify(others(sample))
    groups.set(key, [...(groups.get(key) ?? []), sample])
  }
  const dataPoints = [...groups.values()].map((group) => {
    const buckets = group.map((sample) => ({ upTo: boundOf(sample), total: sample.value })).filter(({ upTo }) => !Number.isNaN(upTo)).sort((a, b) => a.upTo - b.upTo)
    // Without the last one, what lies above all others is not known.
    const bounds = buckets.map(({ upTo }) => upTo).filter(Number.isFinite)
    const counts = buckets.map(({ total }, index) => total - (buckets[index - 1]?.total ?? 0))
    return { startTimeUnixNano: startMs, timeUnixNano: 0, attributes: others(group[0]!), flags: 0, explicitBounds: bounds, bucketCounts: counts.length === bounds.length ? [...counts, 0] : counts }
  })
  return { name, unit, histogram: { aggregationTemporality: CUMULATIVE, dataPoints } }
}

function others({ labels }: SampleLine): [string, string][] {
  return labels.filter(([key]) => key !== 'le').map(([key, text]): [string, string] => [key, text])
}

function boundOf({ labels }: SampleLine): number {
  const text = labels.find(([key]) => key === 'le')?.[1] ?? ''
  return text === '+Inf' ? Infinity : text === '' ? Number.NaN : Number(text)
}
