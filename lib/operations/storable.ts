/**
 * The path of the first text, key or value, that PostgreSQL cannot store: one with a zero byte, or with half of a
 * surrogate pair. Null when there is none.
 */
export function firstUnstorable(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return isStorable(value) ? null : path
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`
    const found = isStorable(key) ? firstUnstorable(inner, here) : path
    if (found !== null) return found
  }
  return null
}

// With the u flag a surrogate matches only where it is not half of a pair.
function isStorable(text: string): boolean {
  return !/\0|\p{Cs}/u.test(text)
}
