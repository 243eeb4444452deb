import { LOG_LEVELS, type LogLevel } from '../log-level'
import type { Comparison, Filter, Value } from './filter'
import { fold, wordsOf } from './fold'
import { instantOf } from './moment'
import { numberOf } from './number'

// The same as lib/db/queries/log-filter.ts says in SQL; an integration test holds both against each other.

/** What of a line a filter asks for. */
export type FilteredLine = {
  at: string
  kind: string
  stream: string
  serviceId: string | null
  deploymentId: string | null
  part: string | null
  level: LogLevel | null
  message: string | null
  attributes: Readonly<Record<string, unknown>> | null
  text: string
}

/** What ids stand for, and when it is. */
export type World = { nowMs: number; serviceName(id: string): string | null; deploymentNumber(id: string): number | null }

/** Whether a filter lets a line through. */
export function matches(filter: Filter, line: FilteredLine, world: World): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.of.every((each) => matches(each, line, world))
    case 'or':
      return filter.of.some((each) => matches(each, line, world))
    case 'not':
      return !matches(filter.of, line, world)
    case 'text':
      return wordsOf(line).includes(fold(filter.text))
    case 'level': {
      const number = line.level === null ? 0 : LOG_LEVELS.indexOf(line.level) + 1
      return number >= filter.from && number <= filter.to
    }
    case 'no_level':
      return line.level === null
    case 'attribute':
      return isValue(filter.value, line.attributes === null ? undefined : attributeOf(line.attributes, filter.name))
    case 'service':
      return line.serviceId !== null && isService(filter.value, { id: line.serviceId, name: world.serviceName(line.serviceId) })
    case 'deployment':
      return line.deploymentId !== null && isDeployment(filter.value, { id: line.deploymentId, number: world.deploymentNumber(line.deploymentId) })
    case 'field': {
      const value = line[filter.field]
      return value !== null && isText(filter.value, value)
    }
    case 'time': {
      const at = Date.parse(line.at)
      const bound = instantOf(filter.moment, world.nowMs)
      return filter.side === 'before' ? at < bound : at >= bound
    }
  }
}

/** Whether a service is meant: by its name, or by its whole id. */
export function isService(value: Value, { id, name }: { id: string; name: string | null }): boolean {
  return isId(value, id) || (name !== null && isText(value, name))
}

function isDeployment(value: Value, { id, number }: { id: string; number: number | null }): boolean {
  return isId(value, id) || (number !== null && isValue(value, number))
}

function isId(value: Value, id: string): boolean {
  return value.kind === 'any' || (value.kind === 'is' && value.parts.length === 1 && fold(value.parts[0]!) === id)
}

/** An attribute by its name, or by the names on the way to it with dots between. Undefined for none. */
export function attributeOf(attributes: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(attributes, name)) return attributes[name]
  return name.split('.').reduce<unknown>((within, key) => (typeof within === 'object' && within !== null && !Array.isArray(within) && Object.hasOwn(within, key) ? (within as Record<string, unknown>)[key] : undefined), attributes)
}

function isValue(wanted: Value, value: unknown): boolean {
  if (value === undefined) return false
  if (wanted.kind === 'any') return true
  if (typeof value === 'object' && value !== null) return false
  const number = typeof value === 'number' ? value : typeof value === 'string' ? numberOf(value) : null
  if (wanted.kind === 'compare') return number !== null && compares(number, wanted.comparison, wanted.number)
  if (wanted.kind === 'range') return number !== null && number >= wanted.from && number <= wanted.to
  const asNumber = wanted.parts.length === 1 ? numberOf(wanted.parts[0]!) : null
  if (asNumber !== null && number === asNumber) return true
  // A number has no text of its own: 1e3 and 1000 are the same.
  return typeof value !== 'number' && isText(wanted, String(value))
}

/** Whether a text is what is wanted, or fits its pattern. */
export function isText(wanted: Value, text: string): boolean {
  if (wanted.kind === 'any') return true
  if (wanted.kind !== 'is') return false
  const folded = fold(text)
  const [first = '', ...others] = wanted.parts.map(fold)
  const last = others.pop()
  if (last === undefined) return folded === first
  if (!folded.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const found = folded.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return folded.length - last.length >= at && folded.endsWith(last)
}

function compares(number: number, comparison: Comparison, bound: number): boolean {
  if (comparison === '>') return number > bound
  if (comparison === '>=') return number >= bound
  return comparison === '<' ? number < bound : number <= bound
}
