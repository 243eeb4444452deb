import type { OfferView } from '@/lib/contract/service'
import { ENGINES } from '@/lib/domain/engine/engines'
import { formatReference, SHARED } from '@/lib/domain/reference'

export type Suggestion = { text: string; meaning: string }

const MOST = 12

/** The `${{…` that is being typed before the caret, or null. */
export function openReference(value: string, caret: number): { from: number; typed: string } | null {
  const from = value.lastIndexOf('${{', caret - 1)
  if (from < 0) return null
  const typed = value.slice(from + 3, caret)
  return typed.includes('}') || typed.includes('\n') ? null : { from, typed: typed.trim() }
}

const URL_KEYS = new Set(['URL', ...Object.values(ENGINES).map(({ urlKey }) => urlKey)])
const isAddress = (key: string) => URL_KEYS.has(key)

const ALWAYS: readonly (Suggestion & { name: string })[] = [
  { text: '${{secret(32)}}', name: 'secret(32) generate random', meaning: '32 random letters and digits, generated once' },
  { text: '${{secret(32, "0123456789abcdef")}}', name: 'secret(32, generate random hex', meaning: '32 random characters of an alphabet' },
  { text: '${{"${{"}}', name: '"${{" literal text escape', meaning: 'The characters ${{ themselves' },
]

/** What could be meant, narrowed by what is typed: shared variables, addresses, variables of services, the rest, generators. */
export function suggestReferences(typed: string, offers: readonly OfferView[]): Suggestion[] {
  const wanted = typed.toLowerCase().replace(/"/g, '')
  const services = offers.filter(({ owner }) => owner !== SHARED)
  const own = (owner: string, keys: readonly string[]) => keys.map((key) => entry(owner, key, owner === SHARED ? 'Shared variable' : `Variable of ${owner}`))
  const offered = (isMeant: (key: string) => boolean) => services.flatMap(({ owner, keys, offers: extra }) => extra.filter(({ key }) => isMeant(key) && !keys.includes(key)).map(({ key, meaning }) => entry(owner, key, `${owner}: ${meaning}`)))
  return [
    ...offers.filter(({ owner }) => owner === SHARED).flatMap(({ owner, keys }) => own(owner, keys)),
    ...offered(isAddress),
    ...services.flatMap(({ owner, keys }) => own(owner, keys)),
    ...offered((key) => !isAddress(key)),
    ...ALWAYS,
  ]
    .filter(({ name }) => name.toLowerCase().replace(/"/g, '').includes(wanted))
    .slice(0, MOST)
    .map(({ text, meaning }) => ({ text, meaning }))
}

function entry(owner: string, key: string, meaning: string): Suggestion & { name: string } {
  return { text: formatReference(owner, key), name: `${owner}.${key}`, meaning }
}

/** The value with the chosen reference in place of what was being typed, closing braces included. */
export function applySuggestion(value: string, caret: number, reference: string): { value: string; caret: number } {
  const open = openReference(value, caret)
  if (!open) return { value, caret }
  const rest = value.slice(caret).replace(/^[^${}\s]*\}\}/, '')
  return { value: value.slice(0, open.from) + reference + rest, caret: open.from + reference.length }
}
