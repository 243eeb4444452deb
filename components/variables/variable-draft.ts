import { VariableKey } from '@/lib/contract/service'
import { formatEnv, type EnvEntry } from '@/lib/domain/env-file'
import { expressionComplaint, findExpressions, findGenerators } from '@/lib/domain/expression'
import type { VariableScope } from '@/lib/domain/variable-scope'

// What a person is changing, before it is saved. A value of null is a secret that stays as it is: it was never here.

/** A variable as the server shows it: of a service, or a shared one, which has no scope. */
export type SavedVariable = { key: string; value: string | null; secret: boolean; scope?: VariableScope; generated: boolean }

export type Row = {
  id: string
  key: string
  value: string | null
  secret: boolean
  scope: VariableScope
  /** The person said whether it is a secret; until then a new one follows its value. */
  decided?: true
  /** The saved value of a secret that was revealed: seeing it is no change. */
  revealed?: string
  /** The saved value with what its generators gave, once it was revealed. */
  filled?: string
}
export type Rows = readonly Row[]

/** Stands for a kept secret in the text form. */
export const KEPT = '••••••••'

export function rowsOf(variables: readonly SavedVariable[]): Row[] {
  return variables.map(({ key, value, secret, scope = 'both' }) => ({ id: `saved:${key}`, key, value, secret, scope }))
}

/** A new row. What is typed is a secret until said otherwise; an expression holds none and is better readable. */
export function newRow(key = '', value = ''): Row {
  return { id: `new:${crypto.randomUUID?.() ?? Math.random()}`, key, value, secret: isSecretByItself(value), scope: 'both' }
}

/** The row with another value. A new one that holds an expression stops being a secret, unless the person decided. */
export function withValue(row: Row, value: string): Row {
  const follows = row.id.startsWith('new:') && !row.decided
  return { ...row, value, secret: follows ? isSecretByItself(value) : row.secret }
}

function isSecretByItself(value: string): boolean {
  return findExpressions(value).every(({ kind }) => kind === 'literal')
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

export type Change = { key: string; kind: 'added' | 'changed' | 'removed'; /** Null: it is a secret, or not there. */ before: string | null; after: string | null }

/** What would be added, changed or removed, as it may be shown. */
export function changesOf(rows: Rows, saved: readonly SavedVariable[]): Change[] {
  const before = new Map(saved.map((variable) => [variable.key, variable]))
  const now = written(rows)
  const shown = (one: { value: string | null; secret: boolean }) => (one.secret ? null : one.value)
  const touched = now.flatMap<Change>((row) => {
    const variable = before.get(row.key.trim())
    if (!variable) return [{ key: row.key.trim(), kind: 'added', before: null, after: shown(row) }]
    const isSame = row.secret === variable.secret && row.scope === (variable.scope ?? 'both') && (row.value === null || row.value === (variable.value ?? row.revealed))
    return isSame ? [] : [{ key: variable.key, kind: 'changed', before: shown(variable), after: shown(row) }]
  })
  const removed = saved.filter((variable) => !now.some((row) => row.key.trim() === variable.key))
  return [...touched, ...removed.map<Change>((variable) => ({ key: variable.key, kind: 'removed', before: shown(variable), after: null }))]
}

/** How many variables would be added, changed or removed. */
export function countChanges(rows: Rows, saved: readonly SavedVariable[]): number {
  return changesOf(rows, saved).length
}

/** What a person is changing, put on top of what somebody else saved meanwhile. Each row stays where it is, so that who types in one goes on typing. */
export function rebase(rows: Rows, former: readonly SavedVariable[], saved: readonly SavedVariable[]): Row[] {
  const changed = new Set(changesOf(rows, former).map(({ key }) => key))
  const mine = rows.filter((row) => changed.has(row.key.trim()) || (row.key.trim() === '' && (row.value ?? '') === ''))
  const theirs = rowsOf(saved).flatMap((row) => mine.find(({ id, key }) => id === row.id || key.trim() === row.key) ?? (changed.has(row.key) ? [] : [row]))
  return [...theirs, ...mine.filter((row) => !theirs.includes(row))]
}

/** What is wrong, by row id; empty when it can be saved. */
export function rowProblems(rows: Rows, saved: readonly SavedVariable[]): Record<string, string> {
  const problems: Record<string, string> = {}
  const seen = new Set<string>()
  for (const row of written(rows)) {
    const key = row.key.trim()
    const parsed = VariableKey.safeParse(key)
    const complaint = row.value === null || row.value === row.revealed ? null : expressionComplaint(row.value)
    if (key === '') problems[row.id] = 'Give it a name.'
    else if (!parsed.success) problems[row.id] = parsed.error.issues[0]!.message
    else if (seen.has(key)) problems[row.id] = 'Is there twice.'
    else if (row.value === null && !saved.some((variable) => variable.key === key)) problems[row.id] = 'Reveal the value or enter it anew: a hidden value cannot take another name.'
    else if (row.value?.includes('\0')) problems[row.id] = 'Its value must not contain a zero byte.'
    else if (complaint !== null) problems[row.id] = complaint
    seen.add(key)
  }
  return problems
}

/** Whether what a row's generators gave is known to the server: it was saved with the same ones. */
export function hasGenerated(row: Row, saved: readonly SavedVariable[]): boolean {
  const variable = saved.find(({ key }) => row.id === `saved:${key}` && row.key === key)
  if (!variable?.generated) return false
  return row.value === null || findGenerators(row.value).length > 0
}

/** The input of variable.replace. */
export function replacement(rows: Rows): Record<string, { value: string | null; secret: boolean; scope: VariableScope }> {
  return Object.fromEntries(written(rows).map((row) => [row.key.trim(), { value: row.value, secret: row.secret, scope: row.scope }] as const))
}
