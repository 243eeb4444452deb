import { createHash } from 'node:crypto'

import type { ChangesView, ServiceChange } from '../../contract/change'
import { ServiceSettings } from '../../contract/service-settings'
import { deployedOf, type Deployed } from '../../db/queries/changes'
import type { ServiceRow } from '../../db/queries/services'
import { ofServices } from '../../db/queries/variables'
import { mountedOn } from '../../db/queries/volumes'
import { differences, type Configuration, type Difference } from '../../domain/change'
import { groupBy } from '../../domain/group-by'
import type { FrozenMount } from '../../domain/mount'
import { isProgressing } from '../../domain/deployment-status'
import { canDeploy } from '../../domain/service-can'
import { openFrozen, openVariable, type PlainVariables } from '../../secrets/sealed-variables'
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
  const opened = services.filter(isOpened).map(({ id }) => id)
  const variables = await variablesOf(ctx, opened)
  const mounts = groupBy(await mountedOn(ctx.db, opened), (volume) => volume.serviceId!)
  return services.map((service) => {
    const row = everDeployed(service, deployed.get(service.id))
    const wanted = { source: service.source, settings: service.settings, variables: variables.get(service.id) ?? {}, mounts: mountsOf(mounts.get(service.id)?.map(({ id, name, mountPath }) => ({ volumeId: id, name, path: mountPath! }))) }
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
  return { fingerprint: fingerprintOf(standings), changes: standings.filter(({ isChanged }) => isChanged).map(toServiceChange) }
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

function toServiceChange(standing: Standing): ServiceChange {
  const { service, deployed, wanted } = standing
  return {
    serviceId: service.id,
    name: service.name,
    kind: deployed === null ? 'new' : 'changed',
    differences: standing.differences,
    effect: keepsBuild(standing) ? 'restart' : 'build',
    pauses: deployed !== null && service.settings.cron === null && (wanted.mounts !== undefined || deployed.configuration.mounts !== undefined || service.settings.rollout === 'replace' || deployed.configuration.settings.rollout === 'replace'),
    hindrance: canDeploy(service),
  }
}

/** A revision that differs without anything set for the service itself differing: what it is called, or what it refers to. */
function whatDiffers(service: ServiceRow, deployed: Configuration, wanted: Configuration): Difference[] {
  const found = differences(deployed, wanted)
  return found.length > 0 ? found : [{ field: 'name', label: 'Name, or what it refers to', before: null, after: service.name, secret: false, effect: 'restart' }]
}

function configurationOf({ seal }: Ground, { id, spec, variablesSealed }: Deployed): Configuration {
  // Settings that came later have their defaults.
  const settings = ServiceSettings.safeParse(spec.settings)
  return { source: spec.source, settings: settings.success ? settings.data : spec.settings, variables: openFrozen(seal, id, variablesSealed), mounts: mountsOf(spec.mounts) }
}

function mountsOf(mounts: readonly FrozenMount[] | undefined): Configuration['mounts'] {
  return mounts === undefined || mounts.length === 0 ? undefined : Object.fromEntries(mounts.map(({ volumeId, name, path }) => [volumeId, { name, path }]))
}

async function variablesOf({ db, seal }: Ground, serviceIds: readonly string[]): Promise<Map<string, PlainVariables>> {
  const found = new Map<string, PlainVariables>()
  for (const row of await ofServices(db, serviceIds)) {
    const variables = found.get(row.serviceId) ?? {}
    variables[row.key] = { value: openVariable(seal, row), secret: row.secret }
    found.set(row.serviceId, variables)
  }
  return found
}
