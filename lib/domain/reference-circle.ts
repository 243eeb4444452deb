import { findReferences } from './reference'

/** Raw variables of a service by key, or undefined when there is no such service; asked for only when it is reached. */
export type VariablesOf = (service: string) => ReadonlyMap<string, string> | undefined

/** How many variables may refer to each other in a row. */
export const MAX_DEPTH = 100

/**
 * The path of a circle that begins at a variable of this service (`web.A → api.B → web.A`), or of a chain that is too
 * long to follow; null when there is neither. References to nothing are no circle.
 */
export function circleFrom(service: string, variablesOf: VariablesOf): string | null {
  const done = new Set<string>()
  const visit = (owner: string, key: string, path: readonly string[]): string | null => {
    const here = `${owner}.${key}`
    const start = path.indexOf(here)
    if (start >= 0) return [...path.slice(start), here].join(' → ')
    if (done.has(here)) return null
    if (path.length >= MAX_DEPTH) return [...path.slice(0, 3), '…', here].join(' → ')
    for (const reference of findReferences(variablesOf(owner)?.get(key) ?? '')) {
      const found = visit(reference.service, reference.key, [...path, here])
      if (found !== null) return found
    }
    done.add(here)
    return null
  }
  for (const key of variablesOf(service)?.keys() ?? []) {
    const found = visit(service, key, [])
    if (found !== null) return found
  }
  return null
}
