import { sql, type SQL } from 'drizzle-orm'

import type { Filter, Value } from '../../domain/log-filter/filter'
import { fold } from '../../domain/log-filter/fold'
import { instantOf } from '../../domain/log-filter/moment'
import { decimal, numberOf } from '../../domain/log-filter/number'

// What `domain/log-filter/matches` says of a line, as a condition on `log_lines`; an integration test holds both against each other.
// Everything that was typed is bound. A condition may be null where the line has nothing to compare; nothing below `not` may, because
// there null is not what it is elsewhere.

/** What names stand for in one environment, and when it is. */
export type Settled = { environmentId: string; nowMs: number; /** Ids of the services that a value means. */ servicesOf(value: Value): readonly string[] }

type Options = { /** Adds what the index on words can look up (`engine/log-words`); it changes nothing of what is let through. */ isLookup?: boolean }

/** The words of a line; the index has the same expression. */
const WORDS = sql`log_words(text, message)`
// As expressions: by an index on them all lines of a day would be read, of which those of the time that is read are few.
const SERVICE = sql`coalesce(service_id, '')`
const DEPLOYMENT = sql`coalesce(deployment_id, '')`
const ATTRIBUTES = sql`lower(attributes::text collate "C")`

/** The condition of a filter. It does not say which environment is meant: who asks does. */
export function conditionOf(filter: Filter, settled: Settled, options: Options = {}): SQL {
  switch (filter.kind) {
    case 'and':
      return joined(filter.of.map((each) => conditionOf(each, settled, options)), sql` and `, sql`true`)
    case 'or':
      return joined(filter.of.map((each) => conditionOf(each, settled, options)), sql` or `, sql`false`)
    case 'not':
      return sql`(${conditionOf(filter.of, settled)}) is not true`
    case 'text':
      return sql`${WORDS} like ${containing([filter.text])}`
    case 'level':
      // The number itself, not a parameter: a partial index knows what it implies.
      return sql`level between ${sql.raw(String(Number(filter.from)))} and ${sql.raw(String(Number(filter.to)))}`
    case 'no_level':
      return sql`level is null`
    case 'attribute':
      return attributeCondition(filter, options)
    case 'service': {
      if (filter.value.kind === 'any') return sql`service_id is not null`
      const ids = settled.servicesOf(filter.value)
      return ids.length === 0 ? sql`false` : sql`${SERVICE} in ${ids}`
    }
    case 'deployment':
      return deploymentCondition(filter.value, settled)
    case 'field':
      // What is always in small letters is compared as it is, which a partial index knows.
      return filter.field !== 'part' && filter.value.kind === 'is' && filter.value.parts.length === 1 ? sql`${sql.identifier(filter.field)} = ${fold(filter.value.parts[0]!)}` : textCondition(sql.identifier(filter.field), filter.value)
    case 'time': {
      const instant = new Date(instantOf(filter.moment, settled.nowMs)).toISOString()
      return filter.side === 'before' ? sql`at < ${instant}::timestamptz` : sql`at >= ${instant}::timestamptz`
    }
  }
}

/** Whether the index on words finds the lines of a filter without reading the others. */
export function isLookedUp(filter: Filter): boolean {
  if (filter.kind === 'and') return filter.of.some(isLookedUp)
  if (filter.kind === 'or') return filter.of.every(isLookedUp)
  if (filter.kind === 'text') return hasTrigram([filter.text])
  return filter.kind === 'attribute' && lookupsOf(filter).every(hasTrigram)
}

/** Three letters or digits in a row are the least that can be looked up. */
function hasTrigram(parts: readonly string[]): boolean {
  return parts.some((part) => /[\p{L}\p{N}]{3}/u.test(part))
}

type AttributeFilter = Extract<Filter, { kind: 'attribute' }>

function attributeCondition(filter: AttributeFilter, { isLookup }: Options): SQL {
  const condition = valueCondition(attributeAt(filter.name), filter.value)
  const lookups = lookupsOf(filter)
  if (!isLookup || !lookups.every(hasTrigram)) return condition
  return sql`(${joined(lookups.map((parts) => sql`${ATTRIBUTES} like ${containing(parts)}`), sql` or `, sql`false`)} and ${condition})`
}

/** An attribute by its name, or by the names on the way to it. Arrays and plain values have no names in them. */
function attributeAt(name: string): SQL {
  const path = name.split('.')
  if (path.length === 1) return sql`(attributes -> ${name}::text)`
  const within = path.reduce((inner, key) => sql`${inner} -> ${key}::text`, sql`attributes`)
  return sql`coalesce(attributes -> ${name}::text, ${within})`
}

function valueCondition(json: SQL, value: Value): SQL {
  if (value.kind === 'any') return sql`${json} is not null`
  if (value.kind === 'compare') return sql`${numberIn(json)} ${sql.raw({ '>': '>', '>=': '>=', '<': '<', '<=': '<=' }[value.comparison])} ${decimal(value.number)}::numeric`
  if (value.kind === 'range') return sql`${numberIn(json)} between ${decimal(value.from)}::numeric and ${decimal(value.to)}::numeric`
  const text = textCondition(sql`(case jsonb_typeof(${json}) when 'string' then ${json} #>> '{}' when 'boolean' then ${json} #>> '{}' when 'null' then 'null' end)`, value)
  const number = value.parts.length === 1 ? numberOf(value.parts[0]!) : null
  return number === null ? text : sql`(${text} or ${numberIn(json)} = ${decimal(number)}::numeric)`
}

/** The same texts are numbers here as in `domain/log-filter/number`. */
function numberIn(json: SQL): SQL {
  return sql`(case jsonb_typeof(${json}) when 'number' then (${json} #>> '{}')::numeric when 'string' then case when length(${json} #>> '{}') <= 15 and ${json} #>> '{}' ~ '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$' then (${json} #>> '{}')::numeric end end)`
}

/** What the attributes as JSON text contain where the condition holds: one of these, each as parts in their order. */
function lookupsOf({ name, value }: AttributeFilter): string[][] {
  const key = `${inJson(name.slice(name.lastIndexOf('.') + 1))}":`
  if (value.kind === 'range') return wholesIn(value)?.flatMap((whole) => [[`${key} ${whole}`], [`${key} "${whole}`]]) ?? [[key]]
  if (value.kind !== 'is') return [[key]]
  if (value.parts.length > 1) return [[`${key} "${inJson(value.parts[0]!)}`, ...value.parts.slice(1).map(inJson)]]
  const [text = ''] = value.parts
  const number = numberOf(text)
  // Zero is written in more ways than one, and these words are with and without quotes.
  if (number === 0 || ['true', 'false', 'null'].includes(fold(text))) return [[key]]
  return number === null ? [[`${key} "${inJson(text)}"`]] : [[`${key} ${decimal(number)}`], [`${key} "${decimal(number)}`]]
}

const MOST_WHOLES = 10

/** What the numbers within bounds begin with as text, where that are few: their whole parts. */
function wholesIn({ from, to }: { from: number; to: number }): number[] | null {
  // Those around zero are written in more ways than one, and long ones with an exponent here.
  if (!((from >= 1 && to < 1e15) || (to <= -1 && from > -1e15))) return null
  const [first, last] = [Math.trunc(from), Math.trunc(to)]
  return last - first < MOST_WHOLES ? Array.from({ length: last - first + 1 }, (_, n) => first + n) : null
}

function deploymentCondition(value: Value, { environmentId }: Settled): SQL {
  if (value.kind === 'any') return sql`deployment_id is not null`
  if (value.kind === 'is' && numberOf(value.parts[0]!) === null) return sql`${DEPLOYMENT} = ${fold(value.parts[0]!)}`
  const number = sql`d.number`
  const fits = value.kind === 'is' ? sql`${number} = ${Number(value.parts[0])}::bigint` : value.kind === 'range' ? sql`${number} between ${decimal(value.from)}::numeric and ${decimal(value.to)}::numeric` : sql`${number} ${sql.raw(value.comparison)} ${decimal(value.number)}::numeric`
  return sql`${DEPLOYMENT} = any(array(select d.id from deployments d join services s on s.id = d.service_id where s.environment_id = ${environmentId} and ${fits}))`
}

function textCondition(text: SQL | ReturnType<typeof sql.identifier>, value: Value): SQL {
  if (value.kind === 'any') return sql`${text} is not null`
  if (value.kind !== 'is') return sql`false`
  const [first = ''] = value.parts
  const folded = sql`lower(${text} collate "C")`
  return value.parts.length === 1 ? sql`${folded} = ${fold(first)}` : sql`${folded} like ${value.parts.map((part) => escaped(fold(part))).join('%')}`
}

/** A pattern of LIKE for text with these parts in this order anywhere in it. */
function containing(parts: readonly string[]): string {
  return `%${parts.map((part) => escaped(fold(part))).join('%')}%`
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

/** As the database writes a text within JSON, without its quotes. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function joined(conditions: SQL[], by: SQL, none: SQL): SQL {
  return conditions.length === 0 ? none : sql`(${sql.join(conditions, by)})`
}
