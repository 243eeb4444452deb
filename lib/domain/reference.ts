import { findExpressions, findReferences, type Expression } from './expression'

// Variables may refer to other services of the same environment and to its shared variables: `${{api.URL}}`, mixed with
// text, a name with spaces in quotes. Links on the canvas are derived from these; nothing else stores them.

/** The owner of what all services of an environment may refer to; no service may be called so. */
export const SHARED = 'shared'

/** What every service offers to others besides its own variables. */
export const PLATFORM_KEYS = {
  URL: 'address for other services, stable across deployments',
  HOST: 'host name for other services',
  PORT: 'port for other services',
  PUBLIC_URL: 'address for people',
} as const

/** The text that refers to a key of a service, or of `shared`. */
export function formatReference(service: string, key: string): string {
  return /^[^\s."{}$]+$/.test(service) ? `\${{${service}.${key}}}` : `\${{"${service}".${key}}}`
}

/** A variable as it was written, with what its generators gave, in their order. */
export type Written = { value: string; generated?: readonly string[] | undefined }

/** A service, or `shared`: its variables as they are written, and what it offers besides. */
export type Owner = { variables: Readonly<Record<string, Written>>; offers: Readonly<Record<string, string>> }

/** Asked for by name, when a reference reaches it: nothing else needs to be opened. */
export type ReferenceWorld = (name: string) => Owner | undefined

/** A variable that a resolution came by. */
export type Reached = { service: string; key: string; value: string; generated: readonly string[] }

export type Resolution =
  | { ok: true; variables: Record<string, string>; /** Its own ones and all that they refer to, however far away. */ reached: Reached[] }
  | ({ ok: false; key: string } & Refused)

/** `nothing`: it refers to what is not there, which may come yet; the others never give a value. */
export type Refused = { reason: 'nothing' | 'circle' | 'length'; message: string }

/** Bytes an operating system takes for one variable of a process, and what all of a service may have together. */
const MAX_BYTES = 128 * 1024 - 1
const MAX_TOTAL_BYTES = 1024 * 1024
/** References that may follow one another. */
const MAX_DEPTH = 100

/**
 * These variables of a service (all, unless named) with every expression replaced. A variable of the other service wins over
 * what it offers under the same name. Fails on a reference to nothing, on a circle, naming its path, and on what becomes too long.
 */
export function resolveVariables(service: string, world: ReferenceWorld, keys?: readonly string[]): Resolution {
  const variables: Record<string, string> = {}
  const resolving: Resolving = { world, resolved: new Map() }
  let total = 0
  for (const key of keys ?? Object.keys(world(service)?.variables ?? {})) {
    const result = resolveOne(resolving, { service, key, path: [] })
    if (typeof result !== 'string') return { ok: false, key, ...result }
    variables[key] = result
    total += bytesOf(result)
    if (total > MAX_TOTAL_BYTES) return { ok: false, key, reason: 'length', message: `Together the variables of ${service} become longer than ${MAX_TOTAL_BYTES} bytes once their references are filled in.` }
  }
  return { ok: true, variables, reached: [...resolving.resolved.values()] }
}

// What was resolved once is kept: variables that each refer twice to the next would otherwise take for ever.
type Resolving = { world: ReferenceWorld; resolved: Map<string, Reached> }
type Step = { service: string; key: string; path: readonly string[] }

function resolveOne(resolving: Resolving, { service, key, path }: Step): string | Refused {
  const here = `${service}.${key}`
  const known = resolving.resolved.get(here)
  if (known) return known.value
  if (path.includes(here)) return { reason: 'circle', message: `The references form a circle: ${[...path.slice(path.indexOf(here)), here].join(' → ')}. Break it at one of them.` }
  if (path.length > MAX_DEPTH) return { reason: 'circle', message: `More than ${MAX_DEPTH} references follow one another, from ${path[0]} to ${here}.` }
  const owner = resolving.world(service)
  if (!owner) return { reason: 'nothing', message: `${path.at(-1) ?? here} refers to ${here}, but this environment has no service named ${service}.` }
  const written = Object.hasOwn(owner.variables, key) ? owner.variables[key] : undefined
  if (!written) return (Object.hasOwn(owner.offers, key) ? owner.offers[key] : undefined) ?? { reason: 'nothing', message: `${path.at(-1) ?? here} refers to ${here}, but ${nameOf(service)} no variable ${key}.` }
  const value = fillIn(resolving, written, { here, path: [...path, here] })
  if (typeof value === 'string') resolving.resolved.set(here, { service, key, value, generated: written.generated ?? [] })
  return value
}

function nameOf(service: string): string {
  return service === SHARED ? 'the shared variables of this environment have' : `${service} has`
}

function fillIn(resolving: Resolving, { value: raw, generated = [] }: Written, { here, path }: { here: string; path: readonly string[] }): string | Refused {
  let text = ''
  let end = 0
  let generators = 0
  for (const expression of findExpressions(raw)) {
    const given = give(expression)
    if (typeof given !== 'string') return given
    text += raw.slice(end, expression.index) + given
    end = expression.index + expression.text.length
    if (text.length > MAX_BYTES) return tooLong(here)
  }
  text += raw.slice(end)
  return bytesOf(text) > MAX_BYTES ? tooLong(here) : text

  function give(expression: Expression): string | Refused {
    if (expression.kind === 'literal') return expression.value
    if (expression.kind === 'reference') return resolveOne(resolving, { service: expression.service, key: expression.key, path })
    return generated[generators++] ?? { reason: 'nothing', message: `${here} has nothing generated for ${expression.text}. Save it again.` }
  }
}

function tooLong(here: string): Refused {
  return { reason: 'length', message: `${here} becomes longer than ${MAX_BYTES} bytes once its references are filled in.` }
}

const encoder = new TextEncoder()

function bytesOf(text: string): number {
  return encoder.encode(text).length
}

/** What a variable says, as far as others are concerned: whose it is, and what it refers to. */
export type Referring = { service: string; key: string; references: readonly { service: string; key: string }[] }

/** Owners whose variables change with one of these, themselves aside: those that refer to one, and those that refer to these. */
export function dependantsOf(owner: string, keys: Iterable<string>, all: readonly Referring[]): Set<string> {
  const users = new Map<string, Referring[]>()
  for (const variable of all) {
    for (const { service, key } of variable.references) {
      const name = `${service}.${key}`
      const known = users.get(name)
      if (known) known.push(variable)
      else users.set(name, [variable])
    }
  }
  const seen = new Set([...keys].map((key) => `${owner}.${key}`))
  const found = new Set<string>()
  // A set that grows while it is gone through: each name once.
  for (const name of seen) {
    for (const { service, key } of users.get(name) ?? []) {
      seen.add(`${service}.${key}`)
      found.add(service)
    }
  }
  found.delete(owner)
  return found
}

/** The references of a value, for `dependantsOf`. */
export function referencesIn(value: string): { service: string; key: string }[] {
  const all = findReferences(value).map(({ service, key }) => [`${service}.${key}`, { service, key }] as const)
  return [...new Map(all).values()]
}
