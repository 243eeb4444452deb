import { findReferences } from '../../domain/reference'
import type { Seal } from '../../secrets/seal'
import { openVariable } from '../../secrets/sealed-variables'

// The canvas is computed again with every change, and reading what a variable refers to means opening it. A sealed text
// never changes its meaning, so the names found in it are kept; the values are not. Its beginning, up to the end of the
// wrapped data key, is random for every sealing and tells them apart.

const IDENTIFYING = 96
const MAX_KEPT = 50_000

const keptBySeal = new WeakMap<Seal, Map<string, readonly string[]>>()

/** Names of the services that a variable refers to. */
export function referredServices(seal: Seal, row: { serviceId: string; key: string; valueSealed: string }): readonly string[] {
  const kept = keptBySeal.get(seal) ?? new Map<string, readonly string[]>()
  keptBySeal.set(seal, kept)
  const id = `${row.serviceId}:${row.key}:${row.valueSealed.slice(0, IDENTIFYING)}`
  const known = kept.get(id)
  if (known) return known
  const names = [...new Set(findReferences(openVariable(seal, row)).map((reference) => reference.service))]
  if (kept.size >= MAX_KEPT) kept.clear()
  kept.set(id, names)
  return names
}
