import { FIELDS, type Place } from './filter'

// Cuts what was typed into tokens. It takes everything, so that half a filter can be completed; parse.ts says what is wrong.

/** What stands after a colon, or a word or phrase by itself. */
export type Text = Place & { text: string; isQuoted: boolean; /** The quote has its other end. */ isClosed: boolean }
export type Token =
  | (Place & { kind: 'open' | 'close' | 'minus' | 'and' | 'or' | 'not' })
  | (Place & { kind: 'term'; field: (Place & { name: string; isAttribute: boolean; isClosed: boolean }) | null; /** Null: nothing follows the colon. */ value: Text | null; /** An attribute without a colon. */ isBare: boolean })

const SIGNS = { '(': 'open', ')': 'close' } as const
const OPERATORS: Record<string, 'and' | 'or' | 'not'> = { AND: 'and', OR: 'or', NOT: 'not' }
const FIELD = new RegExp(`(?:${FIELDS.join('|')}):`, 'y')
const NAME = /[^\s()":]+/y
const WORD = /[^\s()"]+/y
const SPACE = /\s+/y

/** The tokens of a filter, in order. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = skip(text, 0); at < text.length; at = skip(text, tokens.at(-1)!.at + tokens.at(-1)!.length)) tokens.push(tokenAt(text, at))
  return tokens
}

function tokenAt(text: string, at: number): Token {
  const sign = text[at]!
  if (sign === '(' || sign === ')') return { kind: SIGNS[sign], at, length: 1 }
  if (sign === '-' && /[^\s)-]/.test(text[at + 1] ?? ' ')) return { kind: 'minus', at, length: 1 }
  if (sign === '@') return attributeAt(text, at)
  const field = take(FIELD, text, at)
  if (field !== null) return withValue(text, { at, length: field.length - 1, name: field.slice(0, -1), isAttribute: false, isClosed: true })
  const value = textAt(text, at)!
  const operator = value.isQuoted ? undefined : OPERATORS[value.text]
  return operator ? { kind: operator, at, length: value.length } : { kind: 'term', at, length: value.length, field: null, value, isBare: false }
}

function attributeAt(text: string, at: number): Token {
  const quoted = text[at + 1] === '"' ? quotedAt(text, at + 1) : null
  const name = quoted?.text ?? take(NAME, text, at + 1) ?? ''
  const length = 1 + (quoted?.length ?? name.length)
  const field = { at, length, name, isAttribute: true, isClosed: quoted?.isClosed ?? true }
  return text[at + length] === ':' ? withValue(text, field) : { kind: 'term', at, length, field, value: null, isBare: true }
}

function withValue(text: string, field: Place & { name: string; isAttribute: boolean; isClosed: boolean }): Token {
  const start = field.at + field.length + 1
  const value = textAt(text, start)
  return { kind: 'term', at: field.at, length: start - field.at + (value?.length ?? 0), field, value, isBare: false }
}

function textAt(text: string, at: number): Text | null {
  if (text[at] === '"') return quotedAt(text, at)
  const word = take(WORD, text, at)
  return word === null ? null : { at, length: word.length, text: word, isQuoted: false, isClosed: true }
}

/** A quote or a backslash within is written with a backslash before it. */
function quotedAt(text: string, at: number): Text {
  let inner = ''
  let end = at + 1
  for (; end < text.length && text[end] !== '"'; end++) {
    if (text[end] === '\\' && (text[end + 1] === '"' || text[end + 1] === '\\')) end++
    inner += text[end]
  }
  const isClosed = end < text.length
  return { at, length: end - at + (isClosed ? 1 : 0), text: inner, isQuoted: true, isClosed }
}

function skip(text: string, at: number): number {
  return at + (take(SPACE, text, at)?.length ?? 0)
}

function take(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}
