// `$NAME`, `${NAME}` and their forms with a default (`:-` `-`), a demand (`:?` `?`) or a replacement (`:+` `+`), as the
// compose specification has them; with a colon, an empty value counts as none. `$$` is a dollar sign.

/** A value that the file asks for. */
export type Ask = {
  name: string
  /** What is used without one; null: nothing. */
  default: string | null
  /** Whether the file cannot be used without. */
  required: boolean
  /** What the file says about it. */
  message: string | null
}

export type Asking = { values: Readonly<Record<string, string>>; asks: Map<string, Ask> }
export type Interpolated = { ok: true; text: string } | { ok: false; message: string }

const DEEPEST = 20
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y

/** A text with its values filled in. Whatever it asks for is noted down. */
export function interpolate(text: string, asking: Asking, depth = 0): Interpolated {
  let result = ''
  let at = 0
  for (let dollar = text.indexOf('$'); dollar !== -1; dollar = text.indexOf('$', at)) {
    result += text.slice(at, dollar)
    const next = text[dollar + 1]
    if (next === '$') {
      result += '$'
      at = dollar + 2
      continue
    }
    const isBraced = next === '{'
    const name = nameAt(text, dollar + (isBraced ? 2 : 1))
    const end = isBraced ? closing(text, dollar + 1) : dollar + 1 + (name?.length ?? 0)
    if (name === null || end === -1) return invalid(text, dollar)
    const rest = isBraced ? text.slice(dollar + 2 + name.length, end) : ''
    const filled = fill({ name, rest, depth }, asking)
    if (filled === null) return invalid(text, dollar)
    if (!filled.ok) return filled
    result += filled.text
    at = isBraced ? end + 1 : end
  }
  return { ok: true, text: result + text.slice(at) }
}

function nameAt(text: string, at: number): string | null {
  NAME.lastIndex = at
  return NAME.exec(text)?.[0] ?? null
}

/** Where the brace that opens at `open` closes; those within count. */
function closing(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{' && text[at - 1] === '$') depth++
    else if (text[at] === '}' && --depth === 0) return at
  }
  return -1
}

type Written = { name: string; /** What stands between the name and the closing brace. */ rest: string; depth: number }

/** What one place becomes; null when it cannot be read. */
function fill({ name, rest, depth }: Written, asking: Asking): Interpolated | null {
  const given = Object.hasOwn(asking.values, name) ? asking.values[name]! : null
  if (rest === '') {
    note(asking, { name, default: null, required: false, message: null })
    return { ok: true, text: given ?? '' }
  }
  const form = /^(:?)([-?+])/.exec(rest)
  if (!form || depth >= DEEPEST) return null
  const word = rest.slice(form[0].length)
  const value = form[1] === ':' && given === '' ? null : given
  switch (form[2]) {
    case '-': {
      const inner = interpolate(word, asking, depth + 1)
      if (inner.ok) note(asking, { name, default: inner.text, required: false, message: null })
      return value === null ? inner : { ok: true, text: value }
    }
    case '?':
      note(asking, { name, default: null, required: true, message: word || null })
      return value === null ? { ok: false, message: `Give a value for ${name}${word === '' ? '' : `: ${word}`}.` } : { ok: true, text: value }
    default:
      note(asking, { name, default: null, required: false, message: null })
      return value === null ? { ok: true, text: '' } : interpolate(word, asking, depth + 1)
  }
}

/** Of several places, the first with a default tells it. */
function note({ asks }: Asking, ask: Ask): void {
  const known = asks.get(ask.name)
  asks.set(ask.name, known ? { name: ask.name, default: known.default ?? ask.default, required: known.required || ask.required, message: known.message ?? ask.message } : ask)
}

function invalid(text: string, at: number): Interpolated {
  const found = text.slice(at, at + 20).replace(/\s+/g, ' ')
  return { ok: false, message: `${found} cannot be read: a value is written as \${NAME} or \${NAME:-default}, and a dollar sign itself as $$.` }
}
