import { ServiceSettings } from '../../contract/service-settings'
import type { Source } from '../../contract/source'
import { NODE_STEP } from '../../domain/free-spot'
import { nameOfSource } from '../../domain/source-name'
import { findTemplate } from '../../domain/template'

/** A service about to be drawn. */
export type Sketch = {
  name: string
  /** A name a person gave is kept or refused; another one gets a number when it is taken. */
  isNameGiven: boolean
  /** What references in the variables of the other sketches call it. */
  alias: string
  source: Source
  settings: ServiceSettings
  /** Shown, not secret. */
  variables: Readonly<Record<string, string>>
  x: number
  y: number
}

export type Wish = { name?: string | undefined; source: Source; settings?: ServiceSettings | undefined; x: number; y: number }

/** What a wish draws: one service, or all of a template side by side. Name and settings are for the first. */
export function sketchesOf({ name, source, settings = DEFAULTS, x, y }: Wish): Sketch[] {
  const template = source.type === 'template' ? findTemplate(source.template) : undefined
  const services = template?.services ?? [{ name: nameOfSource(source), template: null, variables: {} }]
  return services.map((service, index) => ({
    name: (index === 0 ? name : undefined) ?? service.name,
    isNameGiven: index === 0 && name !== undefined,
    alias: service.name,
    source: service.template === null ? source : { type: 'template', template: service.template },
    settings: index === 0 ? settings : DEFAULTS,
    variables: service.variables,
    x: x + index * NODE_STEP,
    y,
  }))
}

const DEFAULTS = ServiceSettings.parse({})
