import type { BranchData, BranchOption } from '@/lib/contract/branch'
import { ruleProblem, type MaskKind, type MaskRule } from '@/lib/domain/mask'

/** What a person has chosen for something with data. `from`: `empty`, `now`, or the id of a snapshot. */
export type Choice = { from: string; rules: RuleDraft[] }
/** A rule while it is being written. */
export type RuleDraft = { table: string; column: string; as: MaskKind; text: string }

export const EMPTY_RULE: RuleDraft = { table: '', column: '', as: 'hash', text: '' }

/** What each begins with: nothing, under the rules of the last branch. */
export function firstChoices(options: readonly BranchOption[]): Record<string, Choice> {
  return Object.fromEntries(options.map(({ volumeId, masks }) => [volumeId, { from: 'empty', rules: masks.map(({ text, ...rule }) => ({ ...rule, text: text ?? '' })) }]))
}

/** Rules as they are sent; those in which nothing is written are left out. */
export function rulesOf(drafts: readonly RuleDraft[]): MaskRule[] {
  return drafts
    .filter(({ table, column }) => table.trim() !== '' || column.trim() !== '')
    .map(({ table, column, as, text }) => ({ table: table.trim(), column: column.trim(), as, ...(as === 'text' ? { text } : {}) }))
}

/** What is wrong with rules before anybody is asked, as a sentence; null when nothing is. */
export function draftProblem(drafts: readonly RuleDraft[]): string | null {
  const rules = rulesOf(drafts)
  if (rules.some(({ table, column }) => table === '' || column === '')) return 'Every rule names a table and a column.'
  return ruleProblem(rules)
}

/** What is asked for. */
export function dataOf(options: readonly BranchOption[], choices: Readonly<Record<string, Choice>>): BranchData[] {
  return options.flatMap(({ volumeId, serviceId, cannotMask }) => {
    const { from, rules } = choices[volumeId] ?? { from: 'empty', rules: [] }
    if (from === 'empty') return []
    const named = serviceId === null ? { volumeId } : { serviceId }
    const masks = cannotMask === null ? { masks: rulesOf(rules) } : {}
    return [from === 'now' ? { ...named, from, ...masks } : { ...named, from: 'snapshot' as const, snapshotId: from, ...masks }]
  })
}
