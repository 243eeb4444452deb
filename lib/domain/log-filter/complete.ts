import { LOG_LEVELS } from '../log-level'
import type { FieldName } from './filter'
import { fold } from './fold'
import { quote } from './print'
import { tokenize, type Token } from './tokenize'

/** What there is to choose from. `values` by field as facets have it: `@user`, `deployment`, `part`. */
export type Known = { services: readonly string[]; attributes: readonly string[]; values: Readonly<Record<string, readonly string[]>> }

/** `insert` takes the place of the text from `from` to `to`. It ends with a colon where a value is to follow. */
export type Completion = { from: number; to: number; options: readonly { insert: string; label: string; detail: string }[] }

const MOST = 50
const DETAILS: Record<FieldName, string> = {
  level: 'how bad it is',
  service: 'who printed it',
  deployment: 'number of a deployment',
  kind: 'build, deploy, runtime or http',
  stream: 'where it was printed to',
  part: 'replica or run',
  after: 'since a time',
  before: 'until a time',
}
const FIXED: Partial<Record<string, readonly string[]>> = {
  level: [...LOG_LEVELS, '>=warn', '>=error', 'none'],
  kind: ['runtime', 'http', 'build', 'deploy'],
  stream: ['stdout', 'stderr', 'platform'],
  after: ['15m', '1h', '6h', '24h', '7d'],
  before: ['15m', '1h', '6h', '24h', '7d'],
}

/** What could stand where the caret is, best first; no options where nothing is known to fit. Never throws. */
export function complete(text: string, caret: number, known: Known): Completion {
  const token = tokenize(text).find(({ kind, at, length }) => isWordLike(kind) && at <= caret && caret <= at + length)
  if (!token) return { from: caret, to: caret, options: namesFor('', known) }
  if (token.kind !== 'term' || token.field === null) return { from: token.at, to: token.at + token.length, options: namesFor(text.slice(token.at, caret), known) }
  const { field } = token
  const valueAt = field.at + field.length + 1
  const end = token.at + token.length
  if (token.isBare || caret < valueAt) return { from: field.at, to: token.isBare ? end : valueAt, options: namesFor(text.slice(field.at, caret), known) }
  const key = field.isAttribute && field.name !== 'level' ? `@${field.name}` : field.name
  const values = key === 'service' ? known.services : (FIXED[key] ?? known.values[key] ?? [])
  const typed = text.slice(valueAt, caret).replace(/^"/, '')
  const options = startingWith(typed, values).map((value) => ({ insert: written(value), label: value, detail: '' }))
  return { from: valueAt, to: end, options }
}

function isWordLike(kind: Token['kind']): boolean {
  return kind === 'term' || kind === 'and' || kind === 'or' || kind === 'not'
}

function namesFor(typed: string, known: Known): Completion['options'] {
  const fields = Object.entries(DETAILS).map(([name, detail]) => ({ name: name === 'level' ? '@level' : name, detail }))
  const attributes = known.attributes.map((name) => ({ name: `@${/^[^\s()":]+$/.test(name) ? name : quote(name)}`, detail: 'attribute' }))
  const all = [...fields, ...attributes.filter(({ name }) => name !== '@level')]
  // Who types `lev` means `@level` too, and who types a word by itself is not bothered with attributes.
  const bare = fold(typed)
  const fitting = all.filter(({ name }) => fold(name).startsWith(bare) || (bare !== '' && fold(name).startsWith(`@${bare}`)))
  return fitting.slice(0, MOST).map(({ name, detail }) => ({ insert: `${name}:`, label: name, detail }))
}

function startingWith(typed: string, values: readonly string[]): string[] {
  const wanted = fold(typed)
  const first = values.filter((value) => fold(value).startsWith(wanted))
  const second = wanted === '' ? [] : values.filter((value) => !first.includes(value) && fold(value).includes(wanted))
  return [...first, ...second].slice(0, MOST)
}

/** A value as it has to be written to be meant as it is; signs before a level are meant. */
function written(value: string): string {
  const isSigned = /^[<>]=?[a-z]+$/.test(value)
  return isSigned || (/^[^\s()"*]+$/.test(value) && !/^[<>]|\.\./.test(value)) ? value : quote(value)
}
