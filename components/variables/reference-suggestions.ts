import { formatReference, PLATFORM_KEYS } from '@/lib/domain/reference'

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
export function suggestReferences(typed: string, services: readonly string[]): Suggestion[] {
  const wanted = typed.toLowerCase().replace(/"/g, '')
  const keys = Object.entries(PLATFORM_KEYS)
  return keys
    .flatMap(([key, meaning]) => services.map((name) => ({ text: formatReference(name, key), name: `${name}.${key}`, meaning: `${name}: ${meaning}` })))
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
