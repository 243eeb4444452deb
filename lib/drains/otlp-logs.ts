import type { AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs'
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'

import type { DrainLine } from '../domain/drain/line'
import type { LogLevel } from '../domain/log-level'
import { resources, SCOPE } from './otlp-resource'

// Log records of OpenTelemetry (https://opentelemetry.io/docs/specs/otlp/#otlphttp), written by its own library.

const SEVERITY: Record<LogLevel, SeverityNumber> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 }

/** Lines as the body of a request. */
export function logsBody(encoding: 'protobuf' | 'json', lines: readonly DrainLine[], now: Date): Uint8Array {
  const resourceOf = resources()
  const observed = hrTime(now.getTime())
  const records = lines.map((line): ReadableLogRecord => ({
    hrTime: hrTime(Date.parse(line.at)),
    hrTimeObserved: observed,
    ...(line.level === null ? {} : { severityText: line.level.toUpperCase(), severityNumber: SEVERITY[line.level] }),
    ...spanOf(line),
    body: line.message,
    resource: resourceOf(line),
    instrumentationScope: SCOPE,
    attributes: attributesOf(line),
    droppedAttributesCount: 0,
  }))
  const serializer = encoding === 'json' ? JsonLogsSerializer : ProtobufLogsSerializer
  return serializer.serializeRequest(records)!
}

/** What a receiver says of records that it would not take although it took the others; null for none. */
export function rejectedLogs(encoding: 'protobuf' | 'json', body: Buffer): { lines: number; message: string } | null {
  if (body.length === 0) return null
  try {
    const { partialSuccess } = (encoding === 'json' ? JsonLogsSerializer : ProtobufLogsSerializer).deserializeResponse(body)
    const lines = Number(partialSuccess?.rejectedLogRecords ?? 0)
    return lines > 0 ? { lines, message: partialSuccess?.errorMessage ?? '' } : null
  } catch {
    // Some answer with words of their own. What counts is the status.
    return null
  }
}

/** Time as OpenTelemetry has it: seconds and nanoseconds. */
export function hrTime(ms: number): [number, number] {
  return [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1e6)]
}

function attributesOf({ id, kind, stream, text, attributes }: DrainLine): AnyValueMap {
  return {
    ...(attributes as AnyValueMap | null),
    'log.record.uid': id,
    'log.iostream': stream,
    ...(text === null ? {} : { 'log.record.original': text }),
    'easel.log.kind': kind,
  }
}

/** A trace that the line says it belongs to. */
function spanOf({ attributes }: DrainLine): Pick<ReadableLogRecord, 'spanContext'> {
  const text = (...names: string[]) => names.map((name) => attributes?.[name]).find((value) => typeof value === 'string') as string | undefined
  const traceId = text('trace_id', 'traceId', 'traceid')?.toLowerCase()
  const spanId = text('span_id', 'spanId', 'spanid')?.toLowerCase()
  if (traceId === undefined || !/^(?!0{32})[0-9a-f]{32}$/.test(traceId)) return {}
  return { spanContext: { traceId, spanId: spanId !== undefined && /^(?!0{16})[0-9a-f]{16}$/.test(spanId) ? spanId : '', traceFlags: 0 } }
}
