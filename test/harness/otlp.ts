import root from 'otlp-decoder/build/src/generated/root.js'

// What OpenTelemetry's own decoder reads: of another version than what writes, and made from the definition of the protocol.

type Message = { decode(body: Uint8Array): unknown; toObject(message: unknown, options: { longs: StringConstructor }): unknown }
type Collector = Record<'logs' | 'metrics', { v1: Record<string, Message> }>

/** A request in protobuf, as its JSON has it. Throws when it is none. */
export function decoded<T>(signal: 'logs' | 'metrics', body: Uint8Array): T {
  const { collector } = (root as unknown as { opentelemetry: { proto: { collector: Collector } } }).opentelemetry.proto
  const message = collector[signal].v1[signal === 'logs' ? 'ExportLogsServiceRequest' : 'ExportMetricsServiceRequest']!
  return message.toObject(message.decode(body), { longs: String }) as T
}
