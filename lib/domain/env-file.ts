// The text form of variables, as .env files have it: KEY=value per line, # for comments, quotes around what has spaces at
// its ends, line breaks or a #. In double quotes \n \t \" \\ are escapes; in single quotes nothing is.

export type EnvEntry = { key: string; value: string }
export type EnvParse = { entries: EnvEntry[]; problems: { line: number; message: string }[] }

const ASSIGNMENT = /^\s*(?:export\s+)?([^\s=#]+)\s*=[^\S\n]*/

/** Reads a text; of a key that is there twice the last one holds. */
export function parseEnv(text: string): EnvParse {
  const lines = text.replace(/\r\n?/g, '\n').replace(/^\ufeff/, '').split('\n')
  const entries = new Map<string, string>()
  const problems: EnvParse['problems'] = []
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!
    if (/^\s*(#.*)?$/.test(line)) continue
    const match = ASSIGNMENT.exec(line)
    if (!match) {
      problems.push({ line: index + 1, message: /^\s*=/.test(line) ? 'Has no name before its =. Write KEY=value.' : 'Has no =. Write KEY=value.' })
      continue
    }
    const read = readValue(lines, index, match[0].length)
    if (typeof read === 'string') {
      problems.push({ line: index + 1, message: read })
      continue
    }
    entries.set(match[1]!, read.value)
    index = read.lastLine
  }
  return { entries: Array.from(entries, ([key, value]) => ({ key, value })), problems }
}

/** A value from a place on a line; a quoted one may go over several lines. What is wrong with it, where it cannot be read. */
function readValue(lines: readonly string[], first: number, from: number): { value: string; lastLine: number } | string {
  const start = lines[first]!.slice(from)
  const quote = start[0]
  if (quote !== '"' && quote !== "'") return { value: start.replace(/\s+#.*$/, '').trim(), lastLine: first }
  const rest = [start.slice(1), ...lines.slice(first + 1)].join('\n')
  const closed = quote === '"' ? /^(?:[^"\\]|\\[\s\S])*"/.exec(rest) : /^[^']*'/.exec(rest)
  if (!closed) return 'Its quote is never closed.'
  // A word that only begins with a quote would lose the rest of it.
  const after = /[^\n]*/.exec(rest.slice(closed[0].length))![0]
  if (!/^\s*(#.*)?$/.test(after)) return `After its closing quote stands ${shown(after)}. Put all of the value into the quotes; in double quotes \\" is a quote.`
  const inner = closed[0].slice(0, -1)
  return { value: quote === '"' ? unescapeValue(inner) : inner, lastLine: first + inner.split('\n').length - 1 }
}

function shown(text: string): string {
  const word = text.trim()
  return word.length > 20 ? `${word.slice(0, 20)}…` : word
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' }

function unescapeValue(inner: string): string {
  return inner.replace(/\\([\s\S])/g, (whole, character: string) => ESCAPES[character] ?? (character === '"' || character === '\\' || character === '$' ? character : whole))
}

/** Writes entries so that `parseEnv` reads the same. */
export function formatEnv(entries: readonly EnvEntry[]): string {
  return entries.map(({ key, value }) => `${key}=${quoteValue(value)}\n`).join('')
}

function quoteValue(value: string): string {
  if (value === '' || (!/[\n\r\t#"'\\]/.test(value) && value === value.trim())) return value
  // Easier to read, where nothing in it needs an escape.
  if (!/[\n\r\t']/.test(value)) return `'${value}'`
  const escaped = value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t')
  return `"${escaped}"`
}

/** Whether a pasted text is a block of variables rather than one name. */
export function looksLikeEnv(text: string): boolean {
  return /^\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=/m.test(text)
}
