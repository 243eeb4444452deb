import { LOG_LEVELS } from '../log-level'
import { MAX_PATH, type Comparison, type Filter, type Place, type Problem, type Value } from './filter'
import { fold } from './fold'
import { readMoment } from './moment'
import { isHalfRange, numberOf } from './number'
import type { Text, Token } from './tokenize'

type Term = Extract<Token, { kind: 'term' }>
type Read = Filter | { problem: Problem }

const SYNONYMS: Record<string, string> = { warning: 'warn', err: 'error', information: 'info', critical: 'fatal' }
const CHOICES = { kind: ['build', 'deploy', 'runtime', 'http'], stream: ['stdout', 'stderr', 'platform'] } as const
const EXAMPLES: Record<string, string> = { service: 'service:api', deployment: 'deployment:12', kind: 'kind:http', stream: 'stream:stderr', part: 'part:0', before: 'before:2026-01-31T12:00Z', after: 'after:1h', level: '@level:error' }

/** What a term says, or what is wrong with it. */
export function readTerm(term: Term): Read {
  const { field, value } = term
  if (field === null) return readText(term, value!)
  if (!field.isClosed) return problem(field, 'This quote has no end. Add another " after the name.')
  if (field.isAttribute && (field.name === '' || field.name.split('.').includes(''))) return problem(field, 'The name of an attribute is missing. Write it after the @, such as @user.id:42, or put the text in quotes to look for it.')
  if (field.isAttribute && field.name.split('.').length > MAX_PATH) return problem(field, `An attribute can be at most ${MAX_PATH} names deep. Leave some out.`)
  if (value === null) return problem(term, term.isBare ? `Say what ${nameOf(term)} should be, such as ${nameOf(term)}:value, or ${nameOf(term)}:* for any. Put it in quotes to look for the text.` : `Nothing follows the colon. Write a value directly after it, such as ${EXAMPLES[field.name] ?? `${nameOf(term)}:value`}.`)
  if (!value.isClosed) return unclosed(value)
  if (field.name === 'level') return readLevel(value)
  if (field.isAttribute) return withValue(value, (read) => ({ kind: 'attribute', name: field.name, value: read }))
  const place: Place = { at: term.at, length: term.length }
  switch (field.name) {
    case 'service':
      return withValue(value, (read) => (isNumeric(read) ? problem(value, 'Services have names, which cannot be compared as numbers. Write a name, such as service:api, or a part of one, such as service:api*.') : { kind: 'service', value: read, place }))
    case 'deployment':
      return withValue(value, (read) => (isDeployment(read) ? { kind: 'deployment', value: read, place } : problem(value, 'Deployments have numbers. Write one, such as deployment:12, or several, such as deployment:>=12 or deployment:12..15.')))
    case 'before':
    case 'after': {
      const moment = readMoment(value.text)
      return moment === null ? problem(value, `This is not a time. Write an instant, such as ${field.name}:2026-01-31T12:00Z, or how long ago, such as ${field.name}:1h (ms, s, m, h, d, w).`) : { kind: 'time', side: field.name, moment }
    }
    default:
      return readField(field.name as 'kind' | 'stream' | 'part', value)
  }
}

function readText(term: Term, value: Text): Read {
  if (!value.isClosed) return unclosed(value)
  return value.text === '' ? problem(term, 'There is nothing between these quotes. Write what to look for, or take them out.') : { kind: 'text', text: value.text }
}

function readLevel(value: Text): Read {
  const [, sign = '', rest = ''] = /^(>=|<=|>|<)?(.*)$/s.exec(value.text)!
  if (value.text === '*') return { kind: 'level', from: 1, to: LOG_LEVELS.length }
  if (fold(value.text) === 'none') return { kind: 'no_level' }
  const [one = '', other] = rest.split('..')
  const first = levelOf(one)
  const last = other === undefined ? first : levelOf(other)
  if (sign !== '' && rest === '') return problem(value, `A level is missing after "${sign}". Write it without a space between, such as @level:>=warn.`)
  if (first === 0 || last === 0) return problem(value, `There is no level "${first === 0 ? one : other}". Write ${LOG_LEVELS.join(', ')} or none.`)
  if (sign !== '' && other !== undefined) return problem(value, 'A range needs no sign before it. Write @level:warn..error or @level:>=warn.')
  const from = sign === '>' ? first + 1 : sign === '<' || sign === '<=' ? 1 : first
  const to = sign === '<' ? first - 1 : sign === '>' || sign === '>=' ? LOG_LEVELS.length : last
  return from > to ? problem(value, 'No level is in this range. The levels rise from trace over debug, info, warn and error to fatal.') : { kind: 'level', from, to }
}

function levelOf(text: string): number {
  const name = fold(text)
  return LOG_LEVELS.findIndex((level) => level === (SYNONYMS[name] ?? name)) + 1
}

function readField(field: 'kind' | 'stream' | 'part', value: Text): Read {
  return withValue(value, (read) => {
    if (isNumeric(read)) return problem(value, `This cannot be compared as a number. Write one value, such as ${EXAMPLES[field]}.`)
    const known: readonly string[] | null = field === 'part' ? null : CHOICES[field]
    const only = read.kind === 'is' && read.parts.length === 1 ? fold(read.parts[0]!) : null
    if (known && only !== null && !known.includes(only)) return problem(value, `There is no ${field} "${only}". Write ${known.slice(0, -1).join(', ')} or ${known.at(-1)}.`)
    return { kind: 'field', field, value: read }
  })
}

function withValue(value: Text, make: (read: Value) => Read): Read {
  const read = readValue(value)
  return 'problem' in read ? read : make(read)
}

function readValue({ text, isQuoted, ...place }: Text): Value | { problem: Problem } {
  if (isQuoted) return { kind: 'is', parts: [text] }
  const [, sign, rest = ''] = /^(>=|<=|>|<)(.*)$/s.exec(text) ?? []
  if (sign !== undefined) {
    const number = numberOf(rest)
    return number === null ? problem(place, 'Only numbers of at most 15 digits can be compared. Write one directly after the sign, such as >500, or put the value in quotes.') : { kind: 'compare', comparison: sign as Comparison, number }
  }
  const [low = '', high] = text.split('..')
  const [from, to] = [numberOf(low), numberOf(high ?? '')]
  if (from !== null && to !== null && text === `${low}..${high}`) return from > to ? problem(place, 'The range ends before it begins. Write the smaller number first.') : { kind: 'range', from, to }
  if (isHalfRange(text)) return problem(place, 'A range has a number on both sides, such as 500..599. For one side write a sign, such as >=500, or put the value in quotes.')
  return /^\*+$/.test(text) ? { kind: 'any' } : { kind: 'is', parts: text.split(/\*+/) }
}

function isNumeric(value: Value): boolean {
  return value.kind === 'compare' || value.kind === 'range'
}

function isDeployment(value: Value): boolean {
  return value.kind !== 'is' || (value.parts.length === 1 && (/^\d{1,9}$/.test(value.parts[0]!) || value.parts[0]!.startsWith('dep_')))
}

function nameOf({ field }: Term): string {
  return field!.isAttribute ? `@${field!.name}` : field!.name
}

function unclosed({ at, length }: Text): Read {
  return problem({ at, length }, 'This quote has no end. Add another " where the phrase ends.')
}

function problem({ at, length }: Place, message: string): { problem: Problem } {
  return { problem: { at, length, message } }
}
