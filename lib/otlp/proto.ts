import protobuf, { type INamespace, Type } from 'protobufjs'

// What OTLP sends and is answered, as far as it is read here: opentelemetry-proto 1.x, collector/{logs,metrics,trace}/v1. Fields that are not
// named are skipped while a message is read.

type Fields = Record<string, [number, string]>

const message = (fields: Fields) => ({ fields: Object.fromEntries(Object.entries(fields).map(([name, [id, type]]) => [name, type.endsWith('[]') ? { id, type: type.slice(0, -2), rule: 'repeated' } : { id, type }])) })
const oneOf = (name: string, members: string[], fields: Fields) => ({ ...message(fields), oneofs: { [name]: { oneof: members } } })

const DEFINITION: INamespace = {
  nested: {
    AnyValue: oneOf('value', ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'kvlistValue', 'bytesValue'], {
      stringValue: [1, 'string'], boolValue: [2, 'bool'], intValue: [3, 'int64'], doubleValue: [4, 'double'], arrayValue: [5, 'ArrayValue'], kvlistValue: [6, 'KeyValueList'], bytesValue: [7, 'bytes'],
    }),
    ArrayValue: message({ values: [1, 'AnyValue[]'] }),
    KeyValueList: message({ values: [1, 'KeyValue[]'] }),
    KeyValue: message({ key: [1, 'string'], value: [2, 'AnyValue'] }),
    Scope: message({ name: [1, 'string'] }),
    Resource: message({ attributes: [1, 'KeyValue[]'] }),

    LogRecord: message({
      timeUnixNano: [1, 'fixed64'], severityNumber: [2, 'int32'], severityText: [3, 'string'], body: [5, 'AnyValue'], attributes: [6, 'KeyValue[]'], traceId: [9, 'bytes'], spanId: [10, 'bytes'],
      observedTimeUnixNano: [11, 'fixed64'], eventName: [12, 'string'],
    }),
    ScopeLogs: message({ scope: [1, 'Scope'], logRecords: [2, 'LogRecord[]'] }),
    ResourceLogs: message({ resource: [1, 'Resource'], scopeLogs: [2, 'ScopeLogs[]'] }),
    LogsRequest: message({ resourceLogs: [1, 'ResourceLogs[]'] }),

    NumberPoint: oneOf('value', ['asDouble', 'asInt'], { startTimeUnixNano: [2, 'fixed64'], timeUnixNano: [3, 'fixed64'], asDouble: [4, 'double'], asInt: [6, 'sfixed64'], attributes: [7, 'KeyValue[]'], flags: [8, 'uint32'] }),
    HistogramPoint: message({ startTimeUnixNano: [2, 'fixed64'], timeUnixNano: [3, 'fixed64'], bucketCounts: [6, 'fixed64[]'], explicitBounds: [7, 'double[]'], attributes: [9, 'KeyValue[]'], flags: [10, 'uint32'] }),
    ExponentialBuckets: message({ offset: [1, 'sint32'], bucketCounts: [2, 'uint64[]'] }),
    ExponentialPoint: message({
      attributes: [1, 'KeyValue[]'], startTimeUnixNano: [2, 'fixed64'], timeUnixNano: [3, 'fixed64'], scale: [6, 'sint32'], zeroCount: [7, 'fixed64'], positive: [8, 'ExponentialBuckets'], negative: [9, 'ExponentialBuckets'],
      flags: [10, 'uint32'],
    }),
    Quantile: message({ quantile: [1, 'double'], value: [2, 'double'] }),
    SummaryPoint: message({ startTimeUnixNano: [2, 'fixed64'], timeUnixNano: [3, 'fixed64'], quantileValues: [6, 'Quantile[]'], attributes: [7, 'KeyValue[]'], flags: [8, 'uint32'] }),
    /** Of what is only counted. */
    Unread: message({}),
    Gauge: message({ dataPoints: [1, 'NumberPoint[]'] }),
    Sum: message({ dataPoints: [1, 'NumberPoint[]'], aggregationTemporality: [2, 'int32'], isMonotonic: [3, 'bool'] }),
    Histogram: message({ dataPoints: [1, 'HistogramPoint[]'], aggregationTemporality: [2, 'int32'] }),
    ExponentialHistogram: message({ dataPoints: [1, 'ExponentialPoint[]'], aggregationTemporality: [2, 'int32'] }),
    Summary: message({ dataPoints: [1, 'SummaryPoint[]'] }),
    Metric: message({ name: [1, 'string'], unit: [3, 'string'], gauge: [5, 'Gauge'], sum: [7, 'Sum'], histogram: [9, 'Histogram'], exponentialHistogram: [10, 'ExponentialHistogram'], summary: [11, 'Summary'] }),
    ScopeMetrics: message({ metrics: [2, 'Metric[]'] }),
    ResourceMetrics: message({ resource: [1, 'Resource'], scopeMetrics: [2, 'ScopeMetrics[]'] }),
    MetricsRequest: message({ resourceMetrics: [1, 'ResourceMetrics[]'] }),

    ScopeSpans: message({ spans: [2, 'Unread[]'] }),
    ResourceSpans: message({ scopeSpans: [2, 'ScopeSpans[]'] }),
    TracesRequest: message({ resourceSpans: [1, 'ResourceSpans[]'] }),

    /** The field of the number is called otherwise in the answer of each signal, and is the first in all of them. */
    PartialSuccess: message({ rejected: [1, 'int64'], errorMessage: [2, 'string'] }),
    Answer: message({ partialSuccess: [1, 'PartialSuccess'] }),
    /** google.rpc.Status */
    Status: message({ code: [1, 'int32'], message: [2, 'string'] }),
  },
}

const root = protobuf.Root.fromJSON(DEFINITION)
const types = new Map<string, Type>()

export type MessageName = 'LogsRequest' | 'MetricsRequest' | 'TracesRequest' | 'Answer' | 'Status'

function typeOf(name: MessageName): Type {
  const known = types.get(name) ?? root.lookupType(name)
  types.set(name, known)
  return known
}

/** A message as an object with the names of its JSON form; numbers of 64 bits as text, bytes as they are. Throws when it is none. */
export function readMessage(name: MessageName, bytes: Uint8Array): unknown {
  const type = typeOf(name)
  return type.toObject(type.decode(bytes), { longs: String })
}

export function writeMessage(name: MessageName, value: Record<string, unknown>): Uint8Array {
  const type = typeOf(name)
  return type.encode(type.fromObject(value)).finish()
}

const SUBMESSAGE = 2

/** Whether a message holds more messages than so many, on every level together: an empty one takes two bytes as it is sent, and hundreds once it is read. Throws where it is none. */
export function holdsMore(name: MessageName, bytes: Uint8Array, most: number): boolean {
  const reader = protobuf.Reader.create(bytes)
  let count = 0
  const walk = (type: Type, end: number) => {
    while (reader.pos < end && count <= most) {
      const tag = reader.uint32()
      const field = type.fieldsById[tag >>> 3]?.resolve()
      if ((tag & 7) !== SUBMESSAGE || !(field?.resolvedType instanceof Type)) {
        reader.skipType(tag & 7)
        continue
      }
      count++
      const length = reader.uint32()
      walk(field.resolvedType, reader.pos + length)
    }
  }
  walk(typeOf(name), reader.len)
  return count > most
}
