/** A DNS label: 1 to 63 of a-z, 0-9 and inner hyphens. */
export const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Labels that would clash with the platform's own hosts. */
export const RESERVED = new Set(['www', 'api', 'easel', 'admin', 'console', 'localhost'])

/** A label made from free text: "My Shop!" becomes "my-shop"; text without a usable character becomes `fallback`. */
export function slugify(text: string, fallback: string, maxLength = 40): string {
  const slug = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? fallback : slug
}

/** `base`, or `base-2`, `base-3`, … : the first that is not taken. */
export function firstFree(base: string, isTaken: (candidate: string) => boolean): string {
  if (!isTaken(base)) return base
  for (let n = 2; ; n++) {
    const candidate = `${base}-${n}`
    if (!isTaken(candidate)) return candidate
  }
}

/**
 * The host label of a service, at most 63 characters: `<service>-<environment>-<project>`. When that is too long or
 * taken, `salt` (some characters of the service's id) makes it unique, and the parts are shortened to fit.
 */
export function hostLabel(parts: { service: string; environment: string; project: string }, salt: string | null): string {
  const tail = salt === null ? '' : `-${salt}`
  const room = 63 - tail.length
  const full = `${parts.service}-${parts.environment}-${parts.project}`
  return full.slice(0, room).replace(/-+$/, '') + tail
}

/** What a service may be called on screen: 1 to 60 visible characters on one line. References quote it where needed. */
export const DISPLAY_NAME = /^(?=.*\S)[^\p{Cc}\p{Cf}{}$]{1,60}$/u
