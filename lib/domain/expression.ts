// What a value may contain besides text. `${{` begins an expression, `}}` ends it:
//
//   ${{api.URL}}  ${{"my api".TOKEN}}  ${{shared.KEY}}   a reference
//   ${{secret(32)}}  ${{secret(32, "abc")}}              a generator: so many random characters
//   ${{"${{"}}                                           the text between the quotes as it is
//
// Anything else is text, byte for byte; nothing that an expression gives is read again.

export type Reference = { kind: 'reference'; /** A service, or `shared`. */ service: string; key: string; text: string; index: number }
export type Generator = { kind: 'generator'; length: number; alphabet: string; text: string; index: number }
export type Literal = { kind: 'literal'; value: string; text: string; index: number }
export type Expression = Reference | Generator | Literal

const PATTERN = new RegExp(
  String.raw`\$\{\{\s*(?:` +
    [
      String.raw`(?:"([^"]{1,60})"|([^\s."{}$]{1,60}))\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)`,
      String.raw`secret\s*\(\s*(\d{1,4})\s*(?:,\s*"([^"]{0,200})"\s*)?\)`,
      String.raw`"([^"]{0,200})"`,
    ].join('|') +
    String.raw`)\s*\}\}`,
  'g',
)

/** Letters and digits: safe in addresses, file names and command lines. */
export const DEFAULT_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
export const GENERATED = { least: 8, most: 1024 } as const

/** Every expression in a value, in order. */
export function findExpressions(value: string): Expression[] {
  return Array.from(value.matchAll(PATTERN), toExpression)
}

function toExpression(match: RegExpExecArray): Expression {
  const [text, quoted, plain, key, length, alphabet, literal] = match
  const here = { text, index: match.index }
  if (key !== undefined) return { kind: 'reference', service: (quoted ?? plain)!, key, ...here }
  if (length !== undefined) return { kind: 'generator', length: Number(length), alphabet: alphabet ?? DEFAULT_ALPHABET, ...here }
  return { kind: 'literal', value: literal!, ...here }
}

/** Every reference in a value, in order. */
export function findReferences(value: string): Reference[] {
  return findExpressions(value).filter((expression) => expression.kind === 'reference')
}

/** Every generator in a value, in order. */
export function findGenerators(value: string): Generator[] {
  return findExpressions(value).filter((expression) => expression.kind === 'generator')
}

/** A value with each expression replaced, and everything else as it was. */
export function replaceExpressions(value: string, replace: (expression: Expression) => string): string {
  let text = ''
  let end = 0
  for (const expression of findExpressions(value)) {
    text += value.slice(end, expression.index) + replace(expression)
    end = expression.index + expression.text.length
  }
  return text + value.slice(end)
}

/** A sentence on the first thing in a value that begins like an expression and is none, or that can give nothing; null when all is well. */
export function expressionComplaint(value: string): string | null {
  const expressions = findExpressions(value)
  let end = 0
  for (const { index, text } of [...expressions, { index: value.length, text: '' }]) {
    const stray = value.slice(end, index).indexOf('${{')
    if (stray >= 0) return `${shorten(value.slice(end + stray))} is no reference. Write \${{service.KEY}}, \${{shared.KEY}} or \${{secret(32)}}, a name with spaces in quotes; \${{"\${{"}} gives the characters \${{ themselves.`
    end = index + text.length
  }
  for (const expression of expressions) {
    if (expression.kind !== 'generator') continue
    const { length, alphabet, text } = expression
    if (length < GENERATED.least || length > GENERATED.most) return `${text} must ask for ${GENERATED.least} to ${GENERATED.most} characters.`
    if (new Set(alphabet).size < 2) return `${text} must have at least two different characters to choose from.`
  }
  return null
}

function shorten(text: string): string {
  const end = text.indexOf('}}')
  const whole = end >= 0 && end <= 40 ? text.slice(0, end + 2) : `${text.slice(0, 20)}…`
  return whole.replace(/\s+/g, ' ')
}
