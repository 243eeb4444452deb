import { ValueType } from '@opentelemetry/api'
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import type { Resource } from '@opentelemetry/resources'
import { AggregationTemporality, DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics'

import { groupBy } from '../domain/group-by'
import { hrTime } from './otlp-logs'
import { SCOPE } from './otlp-resource'
import type { Metric } from './series-points'

/** Metrics of one resource each, as bodies of requests: the writer takes one at a time, and requests of many are those of each, one after the other. */
export function metricsBody(encoding: 'protobuf' | 'json', all: readonly { resource: Resource; metrics: readonly Metric[]; isDelta: boolean }[]): Uint8Array {
  const parts = all.map(({ resource, metrics, isDelta }): ResourceMetrics => ({ resource, scopeMetrics: [{ scope: SCOPE, metrics: dataOf(metrics, isDelta) }] }))
  // Messages of protobuf that follow each other are one, in which what is repeated is added up.
  if (encoding === 'protobuf') return Buffer.concat(parts.map((part) => ProtobufMetricsSerializer.serializeRequest(part)!))
  const requests = parts.map((part) => JSON.parse(Buffer.from(JsonMetricsSerializer.serializeRequest(part)!).toString('utf8')) as { resourceMetrics: unknown[] })
  return Buffer.from(JSON.stringify({ resourceMetrics: requests.flatMap(({ resourceMetrics }) => resourceMetrics) }))
}

/** Points that a receiver would not take although it took the others; null for none. */
export function rejectedPoints(encoding: 'protobuf' | 'json', body: Buffer): { lines: number; message: string } | null {
  if (body.length === 0) return null
  try {
    const { partialSuccess } = (encoding === 'json' ? JsonMetricsSerializer : ProtobufMetricsSerializer).deserializeResponse(body)
    const points = Number(partialSuccess?.rejectedDataPoints ?? 0)
    return points > 0 ? { lines: points, message: partialSuccess?.errorMessage ?? '' } : null
  } catch {
    return null
  }
}

/** Series of one name are one metric; of a program's own the kind and unit tell apart what it calls alike. */
function dataOf(metrics: readonly Metric[], isDelta: boolean): MetricData[] {
  return [...groupBy(metrics, ({ name, unit, as }) => JSON.stringify([name, unit, as])).values()].map((same) => {
    const { name, unit, description, as } = same[0]!
    const descriptor = { name, unit, description, valueType: ValueType.DOUBLE }
    const counts = isDelta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE
    const points = same.flatMap(({ attributes, bounds = [], points: of }) => of.map(({ atMs, startMs, ...what }) => ({ bounds, at: { startTime: hrTime(startMs), endTime: hrTime(atMs), attributes }, what })))
    if (as === 'histogram') {
      const dataPoints = points.map(({ what, at, bounds }) => {
        const counted = 'counts' in what ? what.counts : []
        return { ...at, value: { buckets: { boundaries: [...bounds], counts: counted }, count: counted.reduce((sum, n) => sum + n, 0) } }
      })
      return { descriptor, aggregationTemporality: counts, dataPointType: DataPointType.HISTOGRAM, dataPoints }
    }
    const dataPoints = points.map(({ what, at }) => ({ ...at, value: 'value' in what ? what.value : 0 }))
    if (as === 'gauge') return { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE, dataPointType: DataPointType.GAUGE, dataPoints }
    return { descriptor, aggregationTemporality: as === 'counter' ? counts : AggregationTemporality.CUMULATIVE, dataPointType: DataPointType.SUM, isMonotonic: as === 'counter', dataPoints }
  })
}
