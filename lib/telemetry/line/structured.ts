import type { LogLevel } from '../../domain/log-level'
import { clean } from '../split-chunk'
import { stripAnsi } from './ansi'
import { keepAttributes, type Attributes } from './attributes'
import { levelOfSyslog, levelOfTens, levelOfWord } from './level'
import { timeOfValue, type LineTime } from './time'

// Lines of fields: JSON objects (pino, winston, zap, zerolog, bunyan, slog, structlog, logback, serilog, GELF, ECS) and logfmt.

export type Reading = {
  /** Null where the line does not say. */
  level: LogLevel | null
  /** Null: the text without its colours is the message. */
  message: string | null
  attributes: Attributes | null
  at: LineTime | null
}

const LEVEL = ['level', 'severity', 'lvl', 'levelname', 'log.level', 'loglevel', 'log_level', 'severity_text', 'severityText', '@l']
const MESSAGE = ['msg', 'message', '@m', '@mt', 'short_message', 'event', 'body']
const TIME = ['time', 'timestamp', 'ts', '@timestamp', '@t', 'datetime', 'date', 'asctime', 't']

/** The reading of a line that is one JSON object; null for any other. */
export function readJson(text: string): Reading | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null
  try {
    return readFields(new Map(Object.entries(JSON.parse(text) as object)))
  } catch {
    return null
  }
}

const MOST_LOGFMT = 65_536
const PAIR = /([A-Za-z_@][\w.@/-]{0,127})=(?:"((?:[^"\\]|\\.)*)"|([^\s"=]*))(?=\s|$)\s*/y

/** The reading of a line of at least two `key=value`, and nothing else; null for any other. */
export function readLogfmt(text: string): Reading | null {
  if (text.length > MOST_LOGFMT || !text.includes('=')) return null
  const fields = new Map<string, unknown>()
  for (PAIR.lastIndex = 0; PAIR.lastIndex < text.length; ) {
    const found = PAIR.exec(text)
    if (!found) return null
    const [, key, quoted, plain] = found
    fields.set(key!, quoted === undefined ? valueOf(plain!) : unquote(quoted))
  }
  return fields.size < 2 ? null : readFields(fields)
}

function readFields(fields: Map<string, unknown>): Reading {
  const isSyslog = fields.has('short_message')
  const level = take(fields, LEVEL, (value) => levelOf(value, isSyslog)) ?? nestedLevel(fields.get('log'))
  const message = take(fields, MESSAGE, (value) => (typeof value === 'string' ? clean(stripAnsi(value)) : null))
  const at = take(fields, TIME, timeOfValue)
  return { level, message, at, attributes: keepAttributes(fields) }
}

/** The first of these fields that is understood, which is then no attribute any more. */
function take<T>(fields: Map<string, unknown>, names: readonly string[], read: (value: unknown) => T | null): T | null {
  for (const name of names) {
    const value = fields.get(name)
    const found = value === undefined ? null : read(value)
    if (found === null) continue
    fields.delete(name)
    return found
  }
  return null
}

function levelOf(value: unknown, isSyslog: boolean): LogLevel | null {
  if (typeof value === 'string') return /^\d{2}$/.test(value) ? levelOfTens(Number(value)) : levelOfWord(stripAnsi(value).trim())
  if (typeof value !== 'number') return null
  return isSyslog ? levelOfSyslog(value) : levelOfTens(value)
}

function nestedLevel(log: unknown): LogLevel | null {
  return log !== null && typeof log === 'object' && 'level' in log ? levelOf(log.level, false) : null
}

/** Numbers compare as numbers; what only looks like one, such as `007` or a long id, stays text. */
function valueOf(text: string): string | number | boolean {
  if (/^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/.test(text)) return Number(text)
  return text === 'true' ? true : text === 'false' ? false : text
}

function unquote(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/g, (_, character: string) => ({ n: '\n', t: '\t', r: '\r' })[character] ?? character) : text
}
