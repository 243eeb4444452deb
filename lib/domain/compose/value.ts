// What a YAML document says, with where it says it. Every scalar is text: whoever reads one knows what it should be.

/** Counted from 1, as editors do. */
export type Place = { line: number; column: number }

export type Value = { at: Place } & ({ kind: 'text'; text: string } | { kind: 'nothing' } | { kind: 'list'; items: readonly Value[] } | { kind: 'map'; entries: Entries })
export type Entries = ReadonlyMap<string, { at: Place; value: Value }>

/** Something that keeps a file from being drawn. */
export type Problem = Place & { message: string }
/** Something that becomes other than the file says, as a sentence. `service`: as the file calls it. */
export type Note = { service: string | null; line: number | null; message: string }

/** What is found while a file is read. */
export type Findings = { problems: Problem[]; notes: Note[]; /** Which one is read now. */ service: string | null }

export function complain({ problems }: Findings, at: Place, message: string): void {
  problems.push({ ...at, message })
}

export function tell({ notes, service }: Findings, at: Place | null, message: string): void {
  notes.push({ service, line: at?.line ?? null, message })
}

const KIND_WORDS = { text: 'a value', nothing: 'empty', list: 'a list', map: 'a map' } as const

/** The text of a scalar; null with a problem for anything else. What is empty is empty text. */
export function textOf(findings: Findings, value: Value, what: string): string | null {
  if (value.kind === 'text') return value.text
  if (value.kind === 'nothing') return ''
  complain(findings, value.at, `${what} must be one value, and is ${KIND_WORDS[value.kind]}.`)
  return null
}

/** What a map has; nothing for what is empty, null with a problem for anything else. */
export function entriesOf(findings: Findings, value: Value, what: string): Entries | null {
  if (value.kind === 'map') return value.entries
  if (value.kind === 'nothing') return new Map()
  complain(findings, value.at, `${what} must be a map (name: value), and is ${KIND_WORDS[value.kind]}.`)
  return null
}

/** The items of a list; nothing for what is empty, null with a problem for anything else. */
export function itemsOf(findings: Findings, value: Value, what: string): readonly Value[] | null {
  if (value.kind === 'list') return value.items
  if (value.kind === 'nothing') return []
  complain(findings, value.at, `${what} must be a list (each on a line that begins with -), and is ${KIND_WORDS[value.kind]}.`)
  return null
}

/** Of what may be one text or several. */
export function textsOf(findings: Findings, value: Value, what: string): string[] | null {
  if (value.kind === 'text') return [value.text]
  const items = itemsOf(findings, value, what)
  return items && items.flatMap((item) => textOf(findings, item, `Each of ${what}`) ?? [])
}

const TRUE = /^(true|yes|on|y|1)$/i

/** What is written for yes. */
export function isYes(value: Value | undefined): boolean {
  return value?.kind === 'text' && TRUE.test(value.text.trim())
}

/** A text that is shown in a sentence: never long, never over several lines. */
export function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}

/** `a`, `a and b`, `a, b and c`; the rest of many as their number. */
export function listed(words: readonly string[], most = 6): string {
  const named = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : [...words]
  return named.length < 2 ? (named[0] ?? '') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`
}
