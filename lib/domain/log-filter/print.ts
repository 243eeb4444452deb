import { LOG_LEVELS } from '../log-level'
import { FIELDS, type Filter, type Value } from './filter'
import { printMoment } from './moment'
import { decimal, isHalfRange, numberOf } from './number'

/** A filter as text, always the same way. Reading it again gives the same filter. */
export function print(filter: Filter): string {
  return printIn(filter, 'or')
}

/** `within`: what it stands in, which says whether it needs parentheses. */
function printIn(filter: Filter, within: 'or' | 'and' | 'not'): string {
  switch (filter.kind) {
    case 'and': {
      const text = filter.of.map((each) => printIn(each, 'and')).join(' ')
      return within === 'not' ? `(${text})` : text
    }
    case 'or': {
      const text = filter.of.map((each) => printIn(each, 'and')).join(' OR ')
      return within === 'or' ? text : `(${text})`
    }
    case 'not': {
      const text = printIn(filter.of, 'not')
      return text.startsWith('-') ? `-(${text})` : `-${text}`
    }
    default:
      return printTerm(filter)
  }
}

function printTerm(filter: Exclude<Filter, { kind: 'and' | 'or' | 'not' }>): string {
  switch (filter.kind) {
    case 'text':
      return isPlainWord(filter.text) ? filter.text : quote(filter.text)
    case 'level':
      return `@level:${printLevels(filter.from, filter.to)}`
    case 'no_level':
      return '@level:none'
    case 'attribute':
      return `@${/^[^\s()":]+$/.test(filter.name) ? filter.name : quote(filter.name)}:${printValue(filter.value)}`
    case 'field':
      return `${filter.field}:${printValue(filter.value)}`
    case 'time':
      return `${filter.side}:${printMoment(filter.moment)}`
    default:
      return `${filter.kind}:${printValue(filter.value)}`
  }
}

function printLevels(from: number, to: number): string {
  const name = (number: number) => LOG_LEVELS[number - 1]!
  if (from === 1 && to === LOG_LEVELS.length) return '*'
  if (from === to) return name(from)
  if (to === LOG_LEVELS.length) return `>=${name(from)}`
  return from === 1 ? `<=${name(to)}` : `${name(from)}..${name(to)}`
}

function printValue(value: Value): string {
  switch (value.kind) {
    case 'any':
      return '*'
    case 'compare':
      return `${value.comparison}${decimal(value.number)}`
    case 'range':
      return `${decimal(value.from)}..${decimal(value.to)}`
    default:
      // Asterisks stand between the parts only; a value that has one is in quotes.
      return value.parts.length > 1 ? value.parts.join('*') : isPlainValue(value.parts[0]!) ? value.parts[0]! : quote(value.parts[0]!)
  }
}

function isPlainWord(text: string): boolean {
  const isTaken = ['AND', 'OR', 'NOT'].includes(text) || FIELDS.some((field) => text.startsWith(`${field}:`))
  return /^[^\s()"]+$/.test(text) && !text.startsWith('@') && !/^-[^-]/.test(text) && !isTaken
}

function isPlainValue(text: string): boolean {
  const [low = '', high = '', ...more] = text.split('..')
  const isRange = more.length === 0 && numberOf(low) !== null && numberOf(high) !== null
  return /^[^\s()"*]+$/.test(text) && !/^[<>]/.test(text) && !isRange && !isHalfRange(text)
}

/** A phrase, or a value that would mean something else without quotes. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}
