import { ServiceSettings } from '../contract/service-settings'
import type { Source } from '../contract/source'
import { FIELD_WORDS, showSource, showValue } from './change-words'
import { volumeVariable } from './mount'

// A change is a difference between what is set for a service and what is deployed. It is derived each time it is shown,
// never stored: whoever looks sees the same.

/** What a deployment of a service is made from, besides what its source leads to. */
export type Configuration = {
  source: Source
  settings: ServiceSettings
  variables: Readonly<Record<string, { value: string; secret: boolean }>>
  /** Attached volumes by id; absent for none. They are attached and detached by themselves, so setting back leaves them. */
  mounts?: Readonly<Record<string, { name: string; path: string }>> | undefined
}

/** `rebuild`: it takes another build. `restart`: the kept build starts anew. */
export type Effect = 'rebuild' | 'restart'

export type Difference = {
  /** `source`, `settings.health.path`, `variables.KEY`, `mounts.<volume>`. */
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
const NESTED = ['health', 'restart', 'build', 'limits', 'cron', 'guard'] as const
const BUILT_BY = new Set(['installCommand', 'buildCommand', 'startCommand', 'outputDirectory', 'build'])

/** Everything that differs, in a stable order: source, settings, variables, volumes. */
export function differences(deployed: Configuration, wanted: Configuration): Difference[] {
  return [...sourceDifference(deployed, wanted), ...settingDifferences(deployed, wanted), ...variableDifferences(deployed, wanted), ...mountDifferences(deployed, wanted)]
}

/** Whether a field is set back like any other: what a service is called, and what is attached to it, is not. */
export function isDiscardable(field: string): boolean {
  return field !== 'name' && !field.startsWith('mounts.')
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

/** What is set, with one field as it is deployed. Throws when there is no such field. */
export function withFieldOf(wanted: Configuration, deployed: Configuration, field: string): Configuration {
  if (field === 'source') return { ...wanted, source: deployed.source }
  const [kind = '', ...rest] = field.split('.')
  if (kind === 'variables') return { ...wanted, variables: withKeyOf(wanted.variables, deployed.variables, rest.join('.')) }
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

function variableDifferences(deployed: Configuration, wanted: Configuration): Difference[] {
  const keys = [...new Set([...Object.keys(deployed.variables), ...Object.keys(wanted.variables)])].sort()
  return keys.flatMap((key) => {
    const [before, after] = [ownOf(deployed.variables, key), ownOf(wanted.variables, key)]
    if (isSame(before, after)) return []
    const secret = before?.secret === true || after?.secret === true
    const show = (one: { value: string } | null) => (one === null ? null : secret ? HIDDEN : one.value)
    return [{ field: `variables.${key}`, label: key, before: show(before), after: show(after), secret, effect: 'rebuild' as const }]
  })
}

function mountDifferences({ mounts: before = {} }: Configuration, { mounts: after = {} }: Configuration): Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((id) => {
    const [former, next] = [ownOf(before, id), ownOf(after, id)]
    const told = (one: typeof former) => one && [one.path, volumeVariable(one.name)]
    if (isSame(told(former), told(next))) return []
    const show = (one: typeof former) => (one === null ? null : former?.path === next?.path ? volumeVariable(one.name) : one.path)
    return [{ field: `mounts.${id}`, label: `Volume ${(next ?? former)!.name}`, before: show(former), after: show(next), secret: false, effect: 'restart' as const }]
  })
}

/** Stands for the value of a secret. */
export const HIDDEN = '••••••••'

function withKeyOf(wanted: Configuration['variables'], deployed: Configuration['variables'], key: string): Configuration['variables'] {
  const { [key]: _, ...others } = wanted
  const former = ownOf(deployed, key)
  return former === null ? others : { ...others, [key]: former }
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
