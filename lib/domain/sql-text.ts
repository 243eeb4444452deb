// SQL as text: enough of it to see how a statement begins, and to show it without the values in it. What a statement may do is
// for the server to say; nothing here is a safeguard by itself.

export type Dialect = 'postgres' | 'mysql'
type Token = { kind: 'space' | 'comment' | 'value' | 'name' | 'word' | 'symbol'; text: string }

/** In the order they are tried. Text that is not closed goes on to the end. */
const COMMON: [Token['kind'], RegExp][] = [
  ['space', /\s+/y],
  ['value', /\d[\w.]*/y],
  ['word', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['symbol', /[^]/uy],
]
const RULES: Record<Dialect, [Token['kind'], RegExp][]> = {
  postgres: [
    ['comment', /--[^\n]*/y],
    ['value', /[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$)/y],
    ['value', /(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|$)/y],
    ['value', /\$((?:[\p{L}_][\p{L}\p{N}_]*)?)\$[^]*?(?:\$\1\$|$)/uy],
    ['name', /(?:[uU]&)?"(?:[^"]|"")*(?:"|$)/y],
    ...COMMON,
  ],
  mysql: [
    ['comment', /#[^\n]*|--(?=\s|$)[^\n]*/y],
    // Not what looks like a comment and is carried out: `/*! … */`.
    ['comment', /\/\*(?!M?!)[^]*?(?:\*\/|$)/y],
    ['value', /(?:[bBxXnN])?'(?:[^'\\]|\\[^]|'')*(?:'|$)|"(?:[^"\\]|\\[^]|"")*(?:"|$)/y],
    ['name', /`(?:[^`]|``)*(?:`|$)/y],
    ...COMMON,
  ],
}

function* tokens(statement: string, dialect: Dialect): Generator<Token> {
  for (let at = 0; at < statement.length; ) {
    const end = dialect === 'postgres' ? nestedComment(statement, at) : at
    const token: Token = end > at ? { kind: 'comment', text: statement.slice(at, end) } : next(statement, at, dialect)
    at += token.text.length
    yield token
  }
}

function next(statement: string, at: number, dialect: Dialect): Token {
  for (const [kind, rule] of RULES[dialect]) {
    rule.lastIndex = at
    const match = rule.exec(statement)
    if (match) return { kind, text: match[0] }
  }
  return { kind: 'symbol', text: statement[at]! }
}

/** Where a comment that begins here ends; comments may hold others. `at` when none begins. */
function nestedComment(statement: string, at: number): number {
  if (!statement.startsWith('/*', at)) return at
  let depth = 0
  for (let here = at; here < statement.length; ) {
    if (statement.startsWith('/*', here)) depth++
    else if (statement.startsWith('*/', here)) depth--
    else {
      here++
      continue
    }
    here += 2
    if (depth === 0) return here
  }
  return statement.length
}

/** The first word of a statement, in lower case, whatever comments and parentheses stand before it; null when it begins with anything else. */
export function firstWord(statement: string, dialect: Dialect): string | null {
  for (const { kind, text } of tokens(statement, dialect)) {
    if (kind === 'space' || kind === 'comment' || text === '(') continue
    return kind === 'word' ? text.toLowerCase() : null
  }
  return null
}

/** A statement as it may be kept: no values, no comments, cut. */
export function withoutValues(statement: string, dialect: Dialect, most = 500): string {
  let outline = ''
  for (const { kind, text } of tokens(statement, dialect)) {
    outline += kind === 'space' || kind === 'comment' ? ' ' : kind === 'value' ? '?' : text
    if (outline.length > most * 2) break
  }
  const line = outline.replace(/\s+/g, ' ').trim()
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}
