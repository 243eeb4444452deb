import type { z } from 'zod'

type Issue = z.core.$ZodRawIssue

const UNITS: Record<string, [string, string]> = { string: ['character', 'characters'], array: ['entry', 'entries'], set: ['entry', 'entries'], map: ['entry', 'entries'], object: ['field', 'fields'] }
const KINDS: Record<string, string> = { string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object', record: 'an object', null: 'null', date: 'a date' }

/** What is wrong with an input and what is expected instead, where its schema has no words of its own; undefined for what is rare. */
export function inputProblem(issue: Issue): string | undefined {
  const { input } = issue
  switch (issue.code) {
    case 'invalid_type':
      return input === undefined ? `Is missing: it must be ${kind(issue.expected)}.` : `Must be ${kind(issue.expected)}, and is ${kindOf(input)}.`
    case 'invalid_value': {
      const values = issue.values as readonly unknown[]
      return `Must be ${values.length === 1 ? '' : 'one of '}${values.map(String).join(', ')}${found(input)}.`
    }
    case 'too_big':
      return `Must ${bounds(issue.origin, 'at most', issue.maximum)}${size(issue.origin, input)}.`
    case 'too_small':
      return `Must ${bounds(issue.origin, 'at least', issue.minimum)}${size(issue.origin, input)}.`
    case 'invalid_key':
      return issue.issues[0]?.message
    case 'invalid_union': {
      const options = (issue.options ?? []) as readonly unknown[]
      return options.length > 0 ? `Must be one of ${options.map(String).join(', ')}${found((input as Record<string, unknown> | null)?.[String(issue.discriminator)])}.` : undefined
    }
    default:
      return undefined
  }
}

function kind(expected: string): string {
  return KINDS[expected] ?? `a ${expected}`
}

function kindOf(input: unknown): string {
  return kind(input === null ? 'null' : Array.isArray(input) ? 'array' : Number.isNaN(input) ? 'NaN' : typeof input)
}

function bounds(origin: string, word: string, limit: number | bigint): string {
  const unit = UNITS[origin]
  return unit ? `have ${word} ${Number(limit).toLocaleString('en')} ${unit[limit === 1 ? 0 : 1]}` : `be ${word} ${limit}`
}

function size(origin: string, input: unknown): string {
  if (typeof input === 'number') return `, and is ${input}`
  return (origin === 'string' || origin === 'array') && (typeof input === 'string' || Array.isArray(input)) ? `, and has ${input.length.toLocaleString('en')}` : ''
}

/** Only what is short: it may be anything. */
function found(input: unknown): string {
  if (input === undefined) return ', and is missing'
  return typeof input === 'string' && input.length <= 40 ? `, and is "${input}"` : ''
}
