import type { ServiceNode } from '@/lib/contract/graph'
import { formatReference } from '@/lib/domain/reference'

import { offeredBy } from './offered-keys'

export type Referable = Pick<ServiceNode, 'name' | 'source'>

export type Suggestion = { text: string; meaning: string }

const MOST = 8

/** The `${{…` that is being typed before the caret, or null. */
export function openReference(value: string, caret: number): { from: number; typed: string } | null {
  const from = value.lastIndexOf('${{', caret - 1)
  if (from < 0) return null
  const typed = value.slice(from + 3, caret)
  return typed.includes('}') || typed.includes('\n') ? null : { from, typed: typed.trim() }
}

/** What could be meant: the keys every other service offers, narrowed by what is typed; addresses first. */
export function suggestReferences(typed: string, services: readonly Referable[]): Suggestion[] {
  const wanted = typed.toLowerCase().replace(/"/g, '')
  const offers = services.map((service) => ({ name: service.name, keys: offeredBy(service) }))
  const ranks = Array.from({ length: Math.max(0, ...offers.map(({ keys }) => keys.length)) }, (_, rank) => rank)
  return ranks
    .flatMap((rank) => offers.flatMap(({ name, keys }) => keys.slice(rank, rank + 1).map(({ key, meaning }) => ({ text: formatReference(name, key), name: `${name}.${key}`, meaning: `${name}: ${meaning}` }))))
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .slice(0, MOST)
    .map(({ text, meaning }) => ({ text, meaning }))
}

/** The value with the chosen reference in place of what was being typed, closing braces included. */
export function applySuggestion(value: string, caret: number, reference: string): { value: string; caret: number } {
  const open = openReference(value, caret)
  if (!open) return { value, caret }
  const rest = value.slice(caret).replace(/^[^${}\s]*\}\}/, '')
  return { value: value.slice(0, open.from) + reference + rest, caret: open.from + reference.length }
}
