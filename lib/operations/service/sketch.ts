import { ServiceSettings } from '../../contract/service-settings'
import type { Source } from '../../contract/source'
import { ENGINES } from '../../domain/engine/engines'
import { NODE_STEP } from '../../domain/free-spot'
import { nameOfSource } from '../../domain/source-name'
import { findTemplate } from '../../domain/template'
import { randomPassword } from '../../secrets/password'
import { DATABASE_SETTINGS } from '../database/settings'

/** A service about to be drawn. */
export type Sketch = {
  name: string
  /** A name a person gave is kept or refused; another one gets a number when it is taken. */
  isNameGiven: boolean
  /** What references in the variables of the other sketches call it. */
  alias: string
  source: Source
  settings: ServiceSettings
  variables: Readonly<Record<string, { value: string; secret: boolean }>>
  x: number
  y: number
}

export type Wish = { name?: string | undefined; source: Source; settings?: ServiceSettings | undefined; x: number; y: number }

/** What a wish draws: one service, or all of a template side by side. Name and settings are for the first. */
export function sketchesOf(wish: Wish): Sketch[] {
  const { name, source, settings = DEFAULTS, x, y } = wish
  if (source.type === 'database') return [databaseSketch(wish, source)]
  const template = source.type === 'template' ? findTemplate(source.template) : undefined
  const services = template?.services ?? [{ name: nameOfSource(source), template: null, variables: {} }]
  return services.map((service, index) => ({
    name: (index === 0 ? name : undefined) ?? service.name,
    isNameGiven: index === 0 && name !== undefined,
    alias: service.name,
    source: service.template === null ? source : { type: 'template', template: service.template },
    settings: index === 0 ? settings : DEFAULTS,
    variables: Object.fromEntries(Object.entries(service.variables).map(([key, value]) => [key, { value, secret: false }])),
    x: x + index * NODE_STEP,
    y,
  }))
}

/** A database refers to itself as `self`, until it has its name. */
function databaseSketch({ name, settings = DATABASE_SETTINGS, x, y }: Wish, source: Extract<Source, { type: 'database' }>): Sketch {
  const alias = 'self'
  const variables = ENGINES[source.engine].variables.map((variable) => [variable.key, 'password' in variable ? { value: randomPassword(), secret: true } : { value: variable.value, secret: false }] as const)
  return { name: name ?? nameOfSource(source), isNameGiven: name !== undefined, alias, source, settings, variables: Object.fromEntries(variables), x, y }
}

const DEFAULTS = ServiceSettings.parse({})
