import { referencesIn } from '../../domain/reference'
import type { Seal } from '../../secrets/seal'
import { openVariable, type VariableOwner } from '../../secrets/sealed-variables'

// The canvas is computed again with every change, and reading what a variable refers to means opening it. A sealed text
// never changes its meaning, so the names found in it are kept; the values are not. Its beginning, up to the end of the
// wrapped data key, is random for every sealing and tells them apart.

const IDENTIFYING = 96
const MAX_KEPT = 50_000

type References = readonly { service: string; key: string }[]

const keptBySeal = new WeakMap<Seal, Map<string, References>>()

/** What a variable refers to, each once. */
export function referencesOf(seal: Seal, row: VariableOwner & { key: string; valueSealed: string }): References {
  const kept = keptBySeal.get(seal) ?? new Map<string, References>()
  keptBySeal.set(seal, kept)
  const id = `${'serviceId' in row ? row.serviceId : row.environmentId}:${row.key}:${row.valueSealed.slice(0, IDENTIFYING)}`
  const known = kept.get(id)
  if (known) return known
  const references = referencesIn(openVariable(seal, row))
  if (kept.size >= MAX_KEPT) kept.clear()
  kept.set(id, references)
  return references
}
