import { ALERT_KIND, type AlertKind, type AlertState, type AlertUnit } from './kind'
import type { AlertRule } from './rule'

/** A rule as one reads it: `CPU above 90 % of its limit for 5 min`. */
export function ruleWords({ kind, threshold, forSeconds }: Pick<AlertRule, 'kind' | 'threshold' | 'forSeconds'>): string {
  const { unit, word } = ALERT_KIND[kind]
  const lasting = forSeconds === 0 ? '' : ` for ${durationWords(forSeconds)}`
  return unit === null ? `${word}${lasting}` : `${word} ${comparisonWords(kind, threshold)}${lasting}`
}

function comparisonWords(kind: AlertKind, threshold: number): string {
  const value = valueWords(kind, threshold)
  const { unit } = ALERT_KIND[kind]
  if (kind === 'latency_p95') return `longer than ${value}`
  if (kind === 'disk') return `more than ${value} full`
  return unit !== 'percent' || kind === 'error_rate' ? `above ${value}` : `above ${value} of its limit`
}

/** A value with its unit; empty for what is true or not. */
export function valueWords(kind: AlertKind, value: number): string {
  const { unit } = ALERT_KIND[kind]
  return unit === null ? '' : WORDS[unit](value)
}

const WORDS: Record<AlertUnit, (value: number) => string> = {
  percent: (value) => `${rounded(value)} %`,
  milli_cpu: (value) => (Math.abs(value - 1_000) < 5 ? '1 processor' : `${rounded(value / 1_000)} processors`),
  mib: (value) => (value < 1_024 ? `${Math.round(value)} MiB` : `${rounded(value / 1_024)} GiB`),
  ms: (value) => (value < 1_000 ? `${Math.round(value)} ms` : `${rounded(value / 1_000)} s`),
}

function rounded(value: number): string {
  return String(value >= 100 ? Math.round(value) : Math.round(value * 100) / 100)
}

/** Seconds as one says them. */
export function durationWords(seconds: number): string {
  if (seconds % 3600 === 0 && seconds > 0) return `${seconds / 3600} h`
  return seconds % 60 === 0 && seconds > 0 ? `${seconds / 60} min` : `${seconds} s`
}

/** What happened, as one line: `CPU of api is 97 %, above 90 % of its limit for 5 min`; of what is resolved, `CPU of api is 12 %, not above 90 % of its limit any more`. */
export function alertWords(alert: { kind: AlertKind; subject: string; state: AlertState; value: number; threshold: number; forSeconds: number }): string {
  const { kind, subject, state, value, threshold, forSeconds } = alert
  const { unit, word } = ALERT_KIND[kind]
  if (unit === null) return `${subject}: ${lowerFirst(ruleWords(alert))}`
  const isOver = state === 'resolved'
  // One that ended because it is gone, or nobody asks any more, was not measured below.
  const isWell = isOver && value <= threshold
  const comparison = comparisonWords(kind, threshold)
  const how = isWell ? `not ${comparison} any more` : `${comparison}${forSeconds === 0 ? '' : ` for ${durationWords(forSeconds)}`}`
  const wasOver = isOver && !isWell
  if (kind === 'latency_p95') return `${subject}: ${wasOver ? word.replace(/take$/, 'took') : word} ${valueWords(kind, value)}, ${how}`
  return `${word} of ${subject} ${wasOver ? 'was' : 'is'} ${valueWords(kind, value)}, ${how}`
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
