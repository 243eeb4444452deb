import { createHash } from 'node:crypto'

import type { ChangesView, ServiceChange } from '../../contract/change'
import { ServiceSettings } from '../../contract/service-settings'
import { deployedOf, type Deployed } from '../../db/queries/changes'
import type { ServiceRow } from '../../db/queries/services'
import { ofServices } from '../../db/queries/variables'
import { mountsOf } from '../../db/queries/volumes'
import { differences, type Configuration, type Difference } from '../../domain/change'
import { findReferences } from '../../domain/expression'
import { isGivenTo } from '../../domain/variable-scope'
import { isProgressing } from '../../domain/deployment-status'
import { groupBy } from '../../domain/group-by'
import { canDeploy } from '../../domain/service-can'
import { openFrozen, openVariables, type PlainVariables } from '../../secrets/sealed-variables'
import type { Ctx } from '../context'

/** A service with what is set for it, what is deployed of it, and how these differ. */
export type Standing = {
  service: ServiceRow
  wanted: Configuration
  /** Null when it was never deployed. */
  deployed: (Deployed & { configuration: Configuration }) | null
  differences: Difference[]
  /** Whether deploying it would change what runs. */
  isChanged: boolean
}

type Ground = Pick<Ctx, 'db' | 'seal'>

/** Where these services stand: four queries, however many they are. Values are opened only where something differs, unless `all`. */
export async function standingsOf(ctx: Ground, services: readonly ServiceRow[], { all = false } = {}): Promise<Standing[]> {
  const deployed = await deployedOf(ctx.db, services.map(({ id }) => id))
  const isOpened = (service: ServiceRow) => all || deployed.get(service.id)?.configRevision !== service.configRevision
  const mounts = groupBy(await mountsOf(ctx.db, services.filter(isOpened).map(({ id }) => id)), ({ serviceId }) => serviceId)
  const variables = await variablesOf(ctx, services.filter(isOpened).map(({ id }) => id))
  return services.map((service) => {
    const row = everDeployed(service, deployed.get(service.id))
    const wanted = { source: service.source, settings: service.settings, variables: variables.get(service.id) ?? {}, mounts: mounts.get(service.id) ?? [] }
    const former = row && isOpened(service) ? { ...row, configuration: configurationOf(ctx, row) } : row && { ...row, configuration: wanted }
    const isChanged = row === null || row.configRevision !== service.configRevision
    return { service, wanted, deployed: former, isChanged, differences: former && isChanged ? whatDiffers(service, former.configuration, wanted) : [] }
  })
}

/** One that was cancelled before anything of it ran left nothing behind. */
function everDeployed({ activeDeploymentId }: ServiceRow, row: Deployed | undefined): Deployed | null {
  return row === undefined || (row.status === 'cancelled' && activeDeploymentId === null) ? null : row
}

/** The changes of an environment as they are shown. */
export function toChangesView(standings: readonly Standing[]): ChangesView {
  const names = new Map(standings.flatMap(({ service, wanted }) => [[service.id, service.name] as const, ...wanted.mounts.map(({ volumeId, name }) => [volumeId, name] as const)]))
  return { fingerprint: fingerprintOf(standings), changes: standings.filter(({ isChanged }) => isChanged).map((standing) => toServiceChange(standing, names)) }
}

const ID = /\b(?:svc|vol)_[0-9a-z]{22}\b/g

/** What is chosen by its id is shown by its name. */
function withNames({ before, after, ...rest }: Difference, names: ReadonlyMap<string, string>): Difference {
  const named = (text: string | null) => text?.replace(ID, (id) => names.get(id) ?? id) ?? null
  return { ...rest, before: named(before), after: named(after) }
}

/** Stands for what is set and deployed of all of them. */
export function fingerprintOf(standings: readonly Standing[]): string {
  const parts = standings.filter(({ isChanged }) => isChanged).map(({ service, deployed }) => [service.id, service.name, service.configRevision, deployed?.id ?? null])
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** Whether deploying takes no build: the kept one is released again with other settings and variables. */
export function keepsBuild({ deployed, differences: found }: Standing): boolean {
  return deployed !== null && !isProgressing(deployed.status) && deployed.artifact === 'kept' && deployed.spec.ref === null && found.every(({ effect }) => effect === 'restart')
}

function toServiceChange(standing: Standing, names: ReadonlyMap<string, string>): ServiceChange {
  const { service, deployed } = standing
  return {
    serviceId: service.id,
    name: service.name,
    kind: deployed === null ? 'new' : 'changed',
    differences: standing.differences.map((found) => (found.field.startsWith('settings.snapshots') ? withNames(found, names) : found)),
    effect: keepsBuild(standing) ? 'restart' : 'build',
    pauses: deployed !== null && service.settings.cron === null && [standing.wanted, deployed.configuration].some(({ settings, mounts }) => settings.rollout === 'replace' || mounts.length > 0),
    hindrance: canDeploy(service),
  }
}

/** What is set for the service itself; and what it refers to, or is called, where a revision tells that and nothing else does. */
function whatDiffers(service: ServiceRow, deployed: Configuration, wanted: Configuration): Difference[] {
  const found = differences(deployed, wanted)
  if (found.length > 0 && !service.referencesChanged) return found
  // Only whoever resolves them knows whether a build is given other values: it is decided when it is deployed.
  const isBuiltWith = service.referencesChanged && Object.values(wanted.variables).some(({ value, scope }) => isGivenTo(scope, 'build') && findReferences(value).length > 0)
  const label = service.referencesChanged ? 'What its variables refer to' : 'Name, or what it refers to'
  return [...found, { field: 'name', label, before: null, after: service.referencesChanged ? null : service.name, secret: false, effect: isBuiltWith ? 'rebuild' : 'restart' }]
}

function configurationOf({ seal }: Ground, { id, spec, variablesSealed }: Deployed): Configuration {
  // Settings that came later have their defaults.
  const settings = ServiceSettings.safeParse(spec.settings)
  return { source: spec.source, settings: settings.success ? settings.data : spec.settings, variables: openFrozen(seal, id, variablesSealed), mounts: spec.mounts ?? [] }
}

async function variablesOf({ db, seal }: Ground, serviceIds: readonly string[]): Promise<Map<string, PlainVariables>> {
  return new Map([...groupBy(await ofServices(db, serviceIds), (row) => row.serviceId)].map(([serviceId, rows]) => [serviceId, openVariables(seal, rows)]))
}
