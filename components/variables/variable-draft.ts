import { VariableKey, type VariableView } from '@/lib/contract/service'
import { formatEnv, type EnvEntry } from '@/lib/domain/env-file'
import { findReferences } from '@/lib/domain/expression'

// What a person is changing, before it is saved. A value of null is a secret that stays as it is: it was never here.

export type Row = {
  id: string
  key: string
  value: string | null
  secret: boolean
  /** The person said whether it is a secret; until then a new one follows its value. */
  decided?: true
  /** The saved value of a secret that was revealed: seeing it is no change. */
  revealed?: string
}
export type Rows = readonly Row[]

/** Stands for a kept secret in the text form. */
export const KEPT = '••••••••'

export function rowsOf(variables: readonly VariableView[]): Row[] {
  return variables.map(({ key, value, secret }) => ({ id: `saved:${key}`, key, value, secret }))
}

/** A new row. What is typed is a secret until said otherwise; a reference holds none and is better readable. */
export function newRow(key = '', value = ''): Row {
  return { id: `new:${crypto.randomUUID?.() ?? Math.random()}`, key, value, secret: findReferences(value).length === 0 }
}

/** The row with another value. A new one that holds a reference stops being a secret, unless the person decided. */
export function withValue(row: Row, value: string): Row {
  const follows = row.id.startsWith('new:') && !row.decided
  return { ...row, value, secret: follows ? findReferences(value).length === 0 : row.secret }
}

/** Takes entries of a pasted block: known keys get the new value, others become new rows, an empty row at the end is used up. */
export function importEntries(rows: Rows, entries: readonly EnvEntry[]): Row[] {
  const next = rows.filter((row) => row.key.trim() !== '' || (row.value ?? '') !== '')
  for (const { key, value } of entries) {
    const index = next.findIndex((row) => row.key === key)
    if (index < 0) next.push(newRow(key, value))
    else if (value !== KEPT) next[index] = { ...next[index]!, value }
  }
  return next
}

/** The rows of the text form: what is not in the text is removed. */
export function rowsFromEntries(rows: Rows, entries: readonly EnvEntry[]): Row[] {
  return entries.map(({ key, value }) => {
    const known = rows.find((row) => row.key === key)
    if (!known) return newRow(key, value)
    return known.value === null && value === KEPT ? known : { ...known, value }
  })
}

export function textOf(rows: Rows): string {
  return formatEnv(rows.filter((row) => row.key.trim() !== '').map((row) => ({ key: row.key.trim(), value: row.value ?? KEPT })))
}

/** Rows that have something in them. */
function written(rows: Rows): Row[] {
  return rows.filter((row) => row.key.trim() !== '' || (row.value ?? '') !== '')
}

/** How many variables would be added, changed or removed. */
export function countChanges(rows: Rows, saved: readonly VariableView[]): number {
  const before = new Map(saved.map((variable) => [variable.key, variable]))
  const now = written(rows)
  const touched = now.filter((row) => {
    const variable = before.get(row.key.trim())
    return !variable || row.secret !== variable.secret || (row.value !== null && row.value !== (variable.value ?? row.revealed))
  })
  const removed = saved.filter((variable) => !now.some((row) => row.key.trim() === variable.key))
  return touched.length + removed.length
}

/** What is wrong, by row id; empty when it can be saved. */
export function rowProblems(rows: Rows, saved: readonly VariableView[]): Record<string, string> {
  const problems: Record<string, string> = {}
  const seen = new Set<string>()
  for (const row of written(rows)) {
    const key = row.key.trim()
    const parsed = VariableKey.safeParse(key)
    if (key === '') problems[row.id] = 'Give it a name.'
    else if (!parsed.success) problems[row.id] = parsed.error.issues[0]!.message
    else if (seen.has(key)) problems[row.id] = 'Is there twice.'
    else if (row.value === null && !saved.some((variable) => variable.key === key)) problems[row.id] = 'Reveal the value or enter it anew: a hidden value cannot take another name.'
    else if (row.value?.includes('\0')) problems[row.id] = 'Its value must not contain a zero byte.'
    seen.add(key)
  }
  return problems
}

/** The input of variable.replace. */
export function replacement(rows: Rows): Record<string, { value: string | null; secret: boolean }> {
  return Object.fromEntries(written(rows).map((row) => [row.key.trim(), { value: row.value, secret: row.secret }] as const))
}
