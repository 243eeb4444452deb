// Rules by which columns lose what they hold when a database is copied for a branch. Pure, shared with the editor.

/**
 * `null`: nothing. `text`: the same text in every row. `hash`: what the value becomes under a key of the branch, equal values
 * equal. `email`: an address that leads nowhere, equal values equal.
 */
export const MASK_KINDS = ['null', 'text', 'hash', 'email'] as const
export type MaskKind = (typeof MASK_KINDS)[number]

/** `table`: with its schema, `public.people`, or without. `text`: what takes the place of every value, for `text` alone. */
export type MaskRule = { table: string; column: string; as: MaskKind; text?: string | undefined }

/** What is known of a column that a rule names. `length`: of text that has a limit. */
export type MaskedColumn = { schema: string; table: string; column: string; isText: boolean; isNullable: boolean; isGenerated: boolean; length: number | null }

/** Characters of a hash, and of what makes one address differ from another. */
export const HASH_LENGTH = 64
const EMAIL_PART = 16
export const EMAIL_TAIL = '@masked.invalid'
export const EMAIL_LENGTH = EMAIL_PART + EMAIL_TAIL.length

/** The schema of a rule's table, when it names one, and its name. */
export function tableOf({ table }: Pick<MaskRule, 'table'>): { schema: string | null; name: string } {
  const dot = table.indexOf('.')
  return dot === -1 ? { schema: null, name: table } : { schema: table.slice(0, dot), name: table.slice(dot + 1) }
}

/** How a rule is called in sentences. */
export function ruleName({ table, column }: Pick<MaskRule, 'table' | 'column'>): string {
  return `${table}.${column}`
}

/** Why rules cannot be followed whatever is in the database, as a sentence; null when they can. */
export function ruleProblem(rules: readonly MaskRule[]): string | null {
  for (const [index, rule] of rules.entries()) {
    if (rule.as === 'text' && rule.text === undefined) return `${ruleName(rule)}: Say which text takes the place of its values.`
    if (rule.as !== 'text' && rule.text !== undefined) return `${ruleName(rule)}: A text is only for rules that write one.`
    if (rules.some((other, before) => before < index && ruleName(other) === ruleName(rule))) return `${ruleName(rule)} has two rules. Keep one of them.`
  }
  return null
}

/** Why a rule cannot be followed on the column it names, as a sentence; null when it can. `column` null: there is none. */
export function columnProblem(rule: MaskRule, column: MaskedColumn | null): string | null {
  const name = ruleName(rule)
  if (column === null) return `There is no column ${name} in this database. Correct the rule or take it away.`
  if (column.isGenerated) return `${name} is computed from other columns. Mask those.`
  if (rule.as === 'null') return column.isNullable ? null : `${name} may not be empty, so it cannot become null. Choose a text, a hash or an address.`
  if (!column.isText) return `${name} holds no text, so it can only become null.`
  if (column.length === null) return null
  if (rule.as === 'text' && [...rule.text!].length > column.length) return `${name} takes at most ${column.length} characters, and the text is longer.`
  if (rule.as === 'email' && column.length < EMAIL_LENGTH) return `${name} takes at most ${column.length} characters, and an address needs ${EMAIL_LENGTH}. Choose a hash.`
  return null
}
