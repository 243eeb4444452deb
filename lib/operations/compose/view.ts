import type { ComposeView } from '../../contract/compose'
import { ServiceSettings } from '../../contract/service-settings'
import { differences } from '../../domain/change'
import { showSource } from '../../domain/change-words'
import { isSecret } from '../../domain/compose/references'
import { DATABASE_SETTINGS } from '../database/settings'
import type { Plan, PlannedService } from './plan'

const DEFAULTS = ServiceSettings.parse({})

/** What a plan draws, as it is shown before; `drawn`: once it is there. */
export function composeView({ problems, notes, asks, profiles, services, volumes }: Plan, drawn: ComposeView['drawn'] = { services: [], volumes: [] }): ComposeView {
  const names = new Map(services.map(({ key, name }) => [key, name]))
  return {
    problems,
    notes,
    asks: asks.map((ask) => ({ ...ask, secret: isSecret(ask.name, 'a value') })),
    profiles,
    services: services.map((service) => ({
      key: service.key,
      name: service.name,
      kind: service.source?.type === 'database' ? 'database' : 'service',
      needsRepository: service.source === null,
      differences: fromNothing(service, volumes),
    })),
    volumes: volumes.map(({ name, service, path }) => ({ name, service: names.get(service)!, path })),
    drawn,
  }
}

/** What a service has besides what every service has. */
function fromNothing({ key, source, settings, variables }: PlannedService, volumes: Plan['volumes']): ComposeView['services'][number]['differences'] {
  const usual = source?.type === 'database' ? DATABASE_SETTINGS : DEFAULTS
  const same = source ?? ({ type: 'local', path: '/' } as const)
  const given = Object.fromEntries(Object.entries(variables).map(([name, { value, secret }]) => [name, { value: value ?? '', secret }]))
  const mounts = volumes.filter(({ service }) => service === key).map(({ name, path }) => ({ volumeId: name, name, path }))
  const found = differences({ source: same, settings: usual, variables: {}, mounts: [] }, { source: same, settings, variables: given, mounts })
  const first = source === null ? [] : [{ field: 'source', label: 'Source', before: null, after: showSource(source), secret: false, effect: 'rebuild' as const }]
  return [...first, ...found.map((difference) => ({ ...difference, before: null }))]
}
