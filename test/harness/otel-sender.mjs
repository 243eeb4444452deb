// A program with the official SDK of OpenTelemetry, told by its environment alone where to send. It ends when everything is sent, with what could not be.
import { setTimeout as sleep } from 'node:timers/promises'

import { diag, DiagLogLevel } from '@opentelemetry/api'
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { AggregationTemporality, AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources'

const troubles = []
const note = (...words) => void troubles.push(words.join(' '))
diag.setLogger({ error: note, warn: note, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN)

const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }))
const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }

for (const [name, Exporter] of [['proto', ProtoLogs], ['json', JsonLogs]]) {
  const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter: new Exporter({ compression: name === 'proto' ? 'gzip' : 'none' }) })] })
  const logger = provider.getLogger(`${name}-logger`)
  const { trace, ROOT_CONTEXT } = await import('@opentelemetry/api')
  logger.emit({ severityNumber: 9, severityText: 'INFO', body: `${name}: cart saved`, attributes: { cart: 12, 'user.name': 'ada', nested: { deep: [1, 'two'] } }, context: trace.setSpanContext(ROOT_CONTEXT, span) })
  logger.emit({ severityNumber: 17, body: `${name}: the password is ${process.env.DB_PASSWORD}`, attributes: { password: process.env.DB_PASSWORD } })
  logger.emit({ severityNumber: 13, body: { words: ['of', 'an', 'object'], from: name } })
  await provider.forceFlush()
  await provider.shutdown()
}

const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis: 600_000 })
const meters = new MeterProvider({ resource, readers: [reader] })
const meter = meters.getMeter('shop')
const orders = meter.createCounter('orders', { unit: '{order}' })
const duration = meter.createHistogram('checkout.duration', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 0.5, 1] } })
const carts = meter.createUpDownCounter('carts.open')
meter.createObservableGauge('temperature', { unit: 'Cel' }).addCallback((result) => result.observe(-4.5))
orders.add(3, { shop: 'north' })
orders.add(2, { shop: 'south' })
carts.add(7)
for (const seconds of [0.2, 0.3, 0.4, 2]) duration.record(seconds)
await meters.forceFlush()
orders.add(4, { shop: 'north' })
carts.add(-2)
await meters.forceFlush()
await meters.shutdown()

// Exponential buckets and sums, cumulative and by what came since the export before.
for (const [name, temporalityPreference] of [['cumulative', AggregationTemporality.CUMULATIVE], ['delta', AggregationTemporality.DELTA]]) {
  const provider = new MeterProvider({
    resource,
    views: [{ instrumentName: 'wait.*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
    readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ temporalityPreference }), exportIntervalMillis: 600_000 })],
  })
  const waits = provider.getMeter('queue').createHistogram(`wait.${name}`, { unit: 's' })
  const jobs = provider.getMeter('queue').createCounter(`jobs.${name}`)
  for (let n = 1; n <= 100; n++) waits.record(n / 100)
  jobs.add(3)
  await provider.forceFlush()
  for (let n = 1; n <= 100; n++) waits.record(n)
  waits.record(0)
  jobs.add(4)
  await provider.forceFlush()
  await provider.shutdown()
}
await sleep(50)
process.stdout.write(JSON.stringify(troubles))
