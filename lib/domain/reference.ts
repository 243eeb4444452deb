// Variables may refer to other services of the same environment: `${{api.URL}}`, mixed with text, a name with spaces in
// quotes: `${{"my api".TOKEN}}`. Links on the canvas are derived from these; nothing else stores them.

export type Reference = { service: string; key: string; text: string; index: number }

const PATTERN = /\$\{\{\s*(?:"([^"]{1,60})"|([^\s."{}$]{1,60}))\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g

/** What every service offers to others besides its own variables. */
export const PLATFORM_KEYS = {
  URL: 'address for other services, stable across deployments',
  HOST: 'host name for other services',
  PORT: 'port for other services',
  PUBLIC_URL: 'address for people',
} as const

/** Every reference in a value, in order. */
export function findReferences(value: string): Reference[] {
  return Array.from(value.matchAll(PATTERN), (match) => ({ service: match[1] ?? match[2]!, key: match[3]!, text: match[0], index: match.index }))
}

/** The text that refers to a key of a service. */
export function formatReference(service: string, key: string): string {
  return /^[^\s."{}$]+$/.test(service) ? `\${{${service}.${key}}}` : `\${{"${service}".${key}}}`
}

export type ReferenceWorld = {
  /** By service name: its raw variables, and the values of PLATFORM_KEYS. */
  services: Readonly<Record<string, { variables: Readonly<Record<string, string>>; platform: Readonly<Record<keyof typeof PLATFORM_KEYS, string>> }>>
}

export type Resolution = { ok: true; variables: Record<string, string> } | { ok: false; key: string; message: string }

/**
 * The variables of one service with every reference replaced. A variable of the other service wins over a platform key of
 * the same name. Fails on a reference to nothing and on a cycle, naming its path.
 */
export function resolveVariables(service: string, world: ReferenceWorld): Resolution {
  const variables: Record<string, string> = {}
  const resolved = new Map<string, string>()
  for (const key of Object.keys(world.services[service]?.variables ?? {})) {
    const result = resolveOne({ world, resolved }, service, key, [])
    if (typeof result !== 'string') return { ok: false, key, message: result.message }
    variables[key] = result
  }
  return { ok: true, variables }
}

/** Bytes an operating system takes for one variable of a process. */
const MAX_LENGTH = 128 * 1024 - 1
/** References that may follow one another. */
const MAX_DEPTH = 100

// What was resolved once is kept: variables that each refer twice to the next would otherwise take for ever.
type Resolving = { world: ReferenceWorld; resolved: Map<string, string> }

function resolveOne(resolving: Resolving, service: string, key: string, path: readonly string[]): string | { message: string } {
  const { world, resolved } = resolving
  const here = `${service}.${key}`
  const known = resolved.get(here)
  if (known !== undefined) return known
  if (path.includes(here)) return { message: `The references form a circle: ${[...path.slice(path.indexOf(here)), here].join(' → ')}. Break it at one of them.` }
  if (path.length > MAX_DEPTH) return { message: `More than ${MAX_DEPTH} references follow one another, from ${path[0]} to ${here}.` }
  const owner = Object.hasOwn(world.services, service) ? world.services[service] : undefined
  if (!owner) return { message: `${path.at(-1) ?? here} refers to ${here}, but this environment has no service named ${service}.` }
  const raw = Object.hasOwn(owner.variables, key) ? owner.variables[key] : undefined
  if (raw === undefined) {
    const platform = Object.hasOwn(owner.platform, key) ? owner.platform[key as keyof typeof PLATFORM_KEYS] : undefined
    return platform ?? { message: `${path.at(-1) ?? here} refers to ${here}, but ${service} has no variable ${key}.` }
  }
  let text = ''
  let end = 0
  for (const reference of findReferences(raw)) {
    const value = resolveOne(resolving, reference.service, reference.key, [...path, here])
    if (typeof value !== 'string') return value
    text += raw.slice(end, reference.index) + value
    if (text.length > MAX_LENGTH) return { message: `${here} becomes longer than ${MAX_LENGTH} characters once its references are filled in.` }
    end = reference.index + reference.text.length
  }
  text += raw.slice(end)
  resolved.set(here, text)
  return text
}
