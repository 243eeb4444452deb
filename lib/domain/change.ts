import { ServiceSettings } from '../contract/service-settings'
import type { Source } from '../contract/source'
import { volumeVariable, type FrozenMount } from './mount'
import { isGivenTo, SCOPE_WORDS, type VariableScope } from './variable-scope'
import { FIELD_WORDS, showSource, showValue } from './change-words'

// A change is a difference between what is set for a service and what is deployed. It is derived each time it is shown,
// never stored: whoever looks sees the same.

/** `generated`: what its generators gave. A scope that is absent is both. */
type ConfiguredVariable = { value: string; secret: boolean; scope?: VariableScope; generated?: string[] }

/** What a deployment of a service is made from, besides what its source leads to. */
export type Configuration = {
  source: Source
  settings: ServiceSettings
  variables: Readonly<Record<string, ConfiguredVariable>>
  /** Volumes that are attached. */
  mounts: readonly FrozenMount[]
}

/** `rebuild`: it takes another build. `restart`: the kept build starts anew. */
export type Effect = 'rebuild' | 'restart'

export type Difference = {
  /** `source`, `settings.health.path`, `variables.KEY`, `mounts.<id of a volume>`, `name.<id of a volume>`. */
  field: string
  /** What it is called on screens. */
  label: string
  /** As deployed and as set, in words; null: not there. A secret is never among them. */
  before: string | null
  after: string | null
  secret: boolean
  effect: Effect
}

/** Settings with parts of their own: each part is a change by itself. Those that can be switched off are one while they are off. */
const NESTED = ['health', 'restart', 'build', 'limits', 'cron', 'guard', 'snapshots'] as const
const BUILT_BY = new Set(['installCommand', 'buildCommand', 'startCommand', 'outputDirectory', 'build'])

/** Everything that differs, in a stable order: source, settings, variables, volumes. */
export function differences(deployed: Configuration, wanted: Configuration): Difference[] {
  return [...sourceDifference(deployed, wanted), ...settingDifferences(deployed, wanted), ...variableDifferences(deployed.variables, wanted.variables), ...mountDifferences(deployed, wanted)]
}

/** The fields of a set of settings with their values: `health.path`, `replicas`. */
export function settingFields(settings: ServiceSettings): Map<string, unknown> {
  const fields = new Map<string, unknown>()
  for (const [key, value] of Object.entries(settings)) {
    if (isNested(key) && value !== null) for (const [part, inner] of Object.entries(value as object)) fields.set(`${key}.${part}`, inner)
    else fields.set(key, value)
  }
  return fields
}

/** What is set, with one field that is discardable as it is deployed. Throws when there is no such field. */
export function withFieldOf(wanted: Configuration, deployed: Configuration, field: string): Configuration {
  if (field === 'source') return { ...wanted, source: deployed.source }
  const [kind = '', ...rest] = field.split('.')
  if (kind === 'variables') return { ...wanted, variables: withKeyOf(wanted.variables, deployed.variables, rest.join('.')) }
  if (kind === 'mounts') return { ...wanted, mounts: withMountOf(wanted.mounts, deployed.mounts, rest.join('.')) }
  if (kind === 'settings') return { ...wanted, settings: withSettingOf(wanted.settings, deployed.settings, rest) }
  throw new Error(`There is no field ${field}.`)
}

function sourceDifference({ source: before }: Configuration, { source: after }: Configuration): Difference[] {
  if (isSame(before, after)) return []
  return [{ field: 'source', label: 'Source', before: showSource(before), after: showSource(after), secret: false, effect: 'rebuild' }]
}

function settingDifferences(deployed: Configuration, wanted: Configuration): Difference[] {
  const [before, after] = [settingFields(deployed.settings), settingFields(wanted.settings)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((field) => !isSame(before.get(field) ?? null, after.get(field) ?? null) && !isCovered(field, before, after))
    .map((field) => ({
      field: `settings.${field}`,
      label: FIELD_WORDS[field] ?? field,
      before: showValue(before.get(field)),
      after: showValue(after.get(field)),
      secret: false,
      effect: BUILT_BY.has(field.split('.')[0]!) ? 'rebuild' : 'restart',
    }))
}

/** What is switched on or off as a whole shows its parts, and not the switch besides. */
function isCovered(field: string, before: Map<string, unknown>, after: Map<string, unknown>): boolean {
  return isNested(field) && [...before.keys(), ...after.keys()].some((other) => other.startsWith(`${field}.`))
}

/** Of variables alone, by key. */
export function variableDifferences(deployed: Configuration['variables'], wanted: Configuration['variables']): Difference[] {
  const keys = [...new Set([...Object.keys(deployed), ...Object.keys(wanted)])].sort()
  return keys.flatMap((key) => {
    const [before, after] = [ownOf(deployed, key), ownOf(wanted, key)]
    if (isSameVariable(before, after)) return []
    const secret = before?.secret === true || after?.secret === true
    const isMoved = before !== null && after !== null && (before.scope ?? 'both') !== (after.scope ?? 'both')
    const show = (one: ConfiguredVariable | null) => (one === null ? null : `${secret ? HIDDEN : one.value}${isMoved ? ` (${SCOPE_WORDS[one.scope ?? 'both']})` : ''}`)
    const isBuiltWith = [before, after].some((one) => one !== null && isGivenTo(one.scope, 'build'))
    const isAnew = before?.value === after?.value && !isSame(before?.generated, after?.generated)
    return [{ field: `variables.${key}`, label: isAnew ? `${key}, generated anew` : key, before: show(before), after: show(after), secret, effect: isBuiltWith ? ('rebuild' as const) : ('restart' as const) }]
  })
}

/** By the volume. What it is called counts by the variable that it becomes. */
function mountDifferences(deployed: Configuration, wanted: Configuration): Difference[] {
  const ids = [...new Set([...deployed.mounts, ...wanted.mounts].map(({ volumeId }) => volumeId))]
  return ids.flatMap((id) => {
    const [before, after] = [deployed, wanted].map(({ mounts }) => mounts.find(({ volumeId }) => volumeId === id))
    if (before && after && before.path === after.path) return renamed(before, after)
    return [{ field: `mounts.${id}`, label: `Volume ${(after ?? before)!.name}`, before: before?.path ?? null, after: after?.path ?? null, secret: false, effect: 'restart' as const }]
  })
}

function renamed(before: FrozenMount, after: FrozenMount): Difference[] {
  const [former, next] = [volumeVariable(before.name), volumeVariable(after.name)]
  return former === next ? [] : [{ field: `name.${after.volumeId}`, label: `Volume ${after.name}`, before: former, after: next, secret: false, effect: 'restart' }]
}

/** Whether a field can be set back: what something is called cannot. */
export function isDiscardable(field: string): boolean {
  return field !== 'name' && !field.startsWith('name.')
}

/** Whether two variables are the same, whichever of them was written before there were scopes and generators. */
export function isSameVariable(a: ConfiguredVariable | null | undefined, b: ConfiguredVariable | null | undefined): boolean {
  const whole = (one: ConfiguredVariable | null | undefined) => (one ? { value: one.value, secret: one.secret, scope: one.scope ?? 'both', generated: one.generated ?? [] } : null)
  return isSame(whole(a), whole(b))
}

/** Stands for the value of a secret. */
export const HIDDEN = '••••••••'

function withKeyOf(wanted: Configuration['variables'], deployed: Configuration['variables'], key: string): Configuration['variables'] {
  const { [key]: _, ...others } = wanted
  const former = ownOf(deployed, key)
  return former === null ? others : { ...others, [key]: former }
}

function withMountOf(wanted: Configuration['mounts'], deployed: Configuration['mounts'], id: string): Configuration['mounts'] {
  return [...wanted.filter(({ volumeId }) => volumeId !== id), ...deployed.filter(({ volumeId }) => volumeId === id)]
}

function withSettingOf(wanted: ServiceSettings, deployed: ServiceSettings, [key = '', part]: readonly string[]): ServiceSettings {
  const [mine, former] = [(wanted as Record<string, unknown>)[key], (deployed as Record<string, unknown>)[key]]
  // A part of something that was switched on or off as a whole goes with the whole.
  const value = part === undefined || !isObject(mine) || !isObject(former) ? former : { ...mine, [part]: former[part] }
  return ServiceSettings.parse({ ...wanted, [key]: value })
}

function isNested(key: string): boolean {
  return (NESTED as readonly string[]).includes(key)
}

function ownOf<T>(record: Readonly<Record<string, T>>, key: string): T | null {
  return Object.hasOwn(record, key) ? record[key]! : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Whether two values are the same as JSON, whatever the order of their keys; what is undefined is absent. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b))
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, ordered(part)]))
}
