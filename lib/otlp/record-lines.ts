import type { NewLine } from '../db/queries/engine/log-lines'
import type { LogLevel } from '../domain/log-level'
import { LOG_LEVELS } from '../domain/log-level'
import { keepAttributes } from '../telemetry/line/attributes'
import { levelOfWord } from '../telemetry/line/level'
import { maskAttributes } from '../telemetry/line/store'
import { settleTime } from '../telemetry/line/time'
import type { Mask } from '../telemetry/mask'
import { clean } from '../telemetry/split-chunk'
import type { AnyValue, LogRecord, LogsRequest } from './request'

// Log records of OpenTelemetry as lines of the log: https://opentelemetry.io/docs/specs/otel/logs/data-model/

const MOST_LETTERS = 1_000_000
/** Four numbers for each level: 1 is the first of `trace`. */
const PER_LEVEL = 4

/** All records of a request, in order. `part`: the replica that says it sent them. */
export function linesOf({ resourceLogs }: LogsRequest, about: { deploymentId: string; mask: Mask; readMs: number }): NewLine[] {
  return resourceLogs.flatMap(({ resource, scopeLogs }) => {
    const part = replicaIn(resource.attributes)
    return scopeLogs.flatMap(({ scope, logRecords }) => logRecords.map((record) => lineOf(record, { ...about, scope: scope.name, part })))
  })
}

/** The number of the replica, as the platform told it in OTEL_RESOURCE_ATTRIBUTES; null for jobs and for what says something else. */
export function replicaIn(attributes: readonly (readonly [string, AnyValue])[]): string | null {
  const value = attributes.find(([key]) => key === 'easel.replica')?.[1]
  return (typeof value === 'string' || typeof value === 'number') && /^\d{1,3}$/.test(String(value)) ? String(value) : null
}

type About = { deploymentId: string; mask: Mask; readMs: number; scope: string; part: string | null }

function lineOf(record: LogRecord, { deploymentId, mask, readMs, scope, part }: About): NewLine {
  const { traceId, spanId, eventName, timeUnixNano, observedTimeUnixNano } = record
  const text = mask(clean(textOf(record)).slice(0, MOST_LETTERS))
  const more = { trace_id: traceId || undefined, span_id: spanId || undefined, scope: scope || undefined, event: eventName || undefined }
  const attributes = keepAttributes([...Object.entries(more), ...record.attributes])
  const at = settleTime({ atMs: timeUnixNano || observedTimeUnixNano, isSure: true }, { beganMs: 0, readMs }) ?? new Date(readMs)
  return { kind: 'runtime', stream: 'stdout', at, text, message: text, deploymentId, part, level: levelOf(record), attributes: attributes && maskAttributes(attributes, mask) }
}

function textOf({ body, eventName }: LogRecord): string {
  if (typeof body === 'string') return body
  return body === null ? eventName : JSON.stringify(body)
}

function levelOf({ severityNumber, severityText }: LogRecord): LogLevel | null {
  if (severityNumber >= 1 && severityNumber <= LOG_LEVELS.length * PER_LEVEL) return LOG_LEVELS[Math.floor((severityNumber - 1) / PER_LEVEL)]!
  return levelOfWord(severityText)
}
