import { z } from 'zod'

// What may come, by the names of OTLP's JSON form. Numbers of 64 bits are text or numbers; ids are bytes, or hexadecimal digits in JSON.

const Count = z.union([z.number(), z.string().regex(/^-?\d{1,20}$/).transform(Number)])
/** JSON has no word for these three but text. */
const Real = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number), z.nan(), z.literal(Infinity), z.literal(-Infinity)])
const NanoTime = z.union([z.string().regex(/^\d{1,20}$/), z.number().nonnegative()]).transform((value) => Number(value) / 1e6)
const Bytes = z.instanceof(Uint8Array)
const Id = z.union([Bytes.transform((bytes) => Buffer.from(bytes).toString('hex')), z.string().regex(/^[0-9a-fA-F]{0,32}$/).transform((text) => text.toLowerCase())])

/** A value of any kind, as JSON has it. */
export type AnyValue = string | number | boolean | null | AnyValue[] | { [key: string]: AnyValue }

const MOST_DEPTH = 32

const RawValue = z.looseObject({})

/** Deeper than this it is nothing. Not by a schema: one that calls itself is slow, and this is most of every request. */
function plainOf(value: unknown, depth = 0): AnyValue {
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return null
  const raw = value as Record<string, unknown>
  if (typeof raw.stringValue === 'string') return raw.stringValue
  if (typeof raw.boolValue === 'boolean') return raw.boolValue
  if (raw.intValue !== undefined) return wholeOf(raw.intValue)
  if (raw.doubleValue !== undefined) return Number.isFinite(Number(raw.doubleValue)) ? Number(raw.doubleValue) : String(raw.doubleValue)
  if (raw.bytesValue !== undefined) return raw.bytesValue instanceof Uint8Array ? Buffer.from(raw.bytesValue).toString('base64') : String(raw.bytesValue)
  const list = valuesOf(raw.arrayValue)
  if (list) return list.map((each) => plainOf(each, depth + 1))
  const pairs = valuesOf(raw.kvlistValue)
  return pairs ? Object.fromEntries(pairs.flatMap((pair) => pairOf(pair, depth + 1))) : null
}

function valuesOf(value: unknown): unknown[] | null {
  if (typeof value !== 'object' || value === null) return null
  const { values } = value as { values?: unknown }
  return Array.isArray(values) ? values : []
}

function pairOf(pair: unknown, depth: number): [string, AnyValue][] {
  if (typeof pair !== 'object' || pair === null) return []
  const { key, value } = pair as { key?: unknown; value?: unknown }
  return typeof key === 'string' ? [[key, plainOf(value, depth)]] : []
}

/** Larger than a number can tell exactly, it stays text. */
function wholeOf(value: unknown): AnyValue {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

const Value = RawValue.optional().transform((value) => plainOf(value))
const Attributes = z.array(z.unknown()).default([]).transform((pairs) => pairs.flatMap((pair) => pairOf(pair, 0)))
const list = <T extends z.ZodType>(of: T) => z.array(of).default([])
const Resource = z.object({ attributes: Attributes }).prefault({})

const LogRecord = z.object({
  timeUnixNano: NanoTime.default(0),
  observedTimeUnixNano: NanoTime.default(0),
  severityNumber: z.number().default(0),
  severityText: z.string().default(''),
  body: Value,
  attributes: Attributes,
  traceId: Id.default(''),
  spanId: Id.default(''),
  eventName: z.string().default(''),
})
/** Times in milliseconds since 1970, 0 where none is told. */
export type LogRecord = z.infer<typeof LogRecord>

export const LogsRequest = z.object({
  resourceLogs: list(z.object({ resource: Resource, scopeLogs: list(z.object({ scope: z.object({ name: z.string().default('') }).prefault({}), logRecords: list(LogRecord) })) })),
})
export type LogsRequest = z.infer<typeof LogsRequest>

const Point = { startTimeUnixNano: NanoTime.default(0), timeUnixNano: NanoTime.default(0), attributes: Attributes, flags: z.number().default(0) }
const NumberPoint = z.object({ ...Point, asDouble: Real.optional(), asInt: Count.optional() })
export type NumberPoint = z.infer<typeof NumberPoint>
const HistogramPoint = z.object({ ...Point, bucketCounts: list(Count), explicitBounds: list(Real) })
export type HistogramPoint = z.infer<typeof HistogramPoint>
const Temporality = z.number().default(0)
const Buckets = z.object({ offset: z.number().int().default(0), bucketCounts: list(Count) }).prefault({})
const ExponentialPoint = z.object({ ...Point, scale: z.number().int().default(0), zeroCount: Count.default(0), positive: Buckets, negative: Buckets })
export type ExponentialPoint = z.infer<typeof ExponentialPoint>
const SummaryPoint = z.object({ ...Point, quantileValues: list(z.object({ quantile: Real.default(0), value: Real.default(0) })) })
export type SummaryPoint = z.infer<typeof SummaryPoint>

const Metric = z.object({
  name: z.string().default(''),
  unit: z.string().default(''),
  gauge: z.object({ dataPoints: list(NumberPoint) }).optional(),
  sum: z.object({ dataPoints: list(NumberPoint), aggregationTemporality: Temporality, isMonotonic: z.boolean().default(false) }).optional(),
  histogram: z.object({ dataPoints: list(HistogramPoint), aggregationTemporality: Temporality }).optional(),
  exponentialHistogram: z.object({ dataPoints: list(ExponentialPoint), aggregationTemporality: Temporality }).optional(),
  summary: z.object({ dataPoints: list(SummaryPoint) }).optional(),
})
export type Metric = z.infer<typeof Metric>

export const MetricsRequest = z.object({ resourceMetrics: list(z.object({ resource: Resource, scopeMetrics: list(z.object({ metrics: list(Metric) })) })) })
export type MetricsRequest = z.infer<typeof MetricsRequest>

export const TracesRequest = z.object({ resourceSpans: list(z.object({ scopeSpans: list(z.object({ spans: list(z.unknown()) })) })) })
export type TracesRequest = z.infer<typeof TracesRequest>
