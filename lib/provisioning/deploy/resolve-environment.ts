import { offeredToOthers, peopleUrl, privateUrl } from '../../domain/address'
import { DeploymentFailure } from '../../domain/failure'
import { linksOf } from '../../domain/link'
import { platformEnvironment } from '../../domain/platform-variables'
import { referencesIn, resolveVariables, SHARED, type Reached } from '../../domain/reference'
import { isGivenTo } from '../../domain/variable-scope'
import { containerPortOf } from '../../db/queries/container-port'
import { frozenVariables } from '../../db/queries/deployments'
import { ofEnvironment, type Neighbour } from '../../db/queries/engine/neighbours'
import { ofEnvironments as sharedOf, type SharedVariableRow } from '../../db/queries/shared-variables'
import { referenceWorld } from '../../secrets/reference-world'
import type { ReleasedEnvironment } from '../../secrets/sealed-environment'
import { openFrozen, openVariable, type PlainVariables } from '../../secrets/sealed-variables'
import type { Run } from './run'
import { toldOfTelemetry } from './told-of-telemetry'

type Subject = Pick<Run, 'engine' | 'deployment' | 'place'> & Partial<Pick<Run, 'log'>> & { /** What it is about to be frozen with; absent: what it is. */ frozen?: PlainVariables }

/**
 * The variables of a deployment while it is built or runs, with every reference resolved as of now, what the platform adds, and
 * the values that must not be shown. Throws DeploymentFailure for a reference that leads nowhere, wherever it is needed.
 */
export async function resolveEnvironment(subject: Subject, when: 'build' | 'run'): Promise<ReleasedEnvironment> {
  const { engine, deployment, place } = subject
  const port = await containerPortOf(engine.db, deployment.id)
  const neighbours = await ofEnvironment(engine.db, place.environmentId)
  // It, and what it refers to, may have been renamed since this deployment began: what is frozen has followed.
  const name = neighbours.find(({ id }) => id === place.serviceId)?.name ?? place.service
  const own = subject.frozen ?? openFrozen(engine.seal, deployment.id, (await frozenVariables(engine.db, deployment.id)) ?? deployment.variablesSealed)
  const services = neighbours.map((service) => (service.id === place.serviceId ? { ...service, containerPort: port } : service))
  const shared = await sharedOf(engine.db, [place.environmentId])
  const { world, isSecret } = referenceWorld(engine.seal, { services: services.map((service) => ({ ...service, offers: offersOf(service, subject) })), shared, instead: { name, variables: own } })
  const resolution = resolveVariables(name, world)
  if (!resolution.ok) throw new DeploymentFailure('variable_unresolved', `Variable ${resolution.key}: ${resolution.message}`)
  const given = Object.entries(resolution.variables).filter(([key]) => isGivenTo(own[key]!.scope, when))
  const told = when === 'run' ? await toldOfTelemetry(subject, given.map(([key]) => key)) : { variables: {}, secrets: [], trouble: null }
  if (told.trouble !== null) subject.log?.line('platform', told.trouble)
  return {
    variables: { ...told.variables, ...Object.fromEntries(given), ...addedByPlatform(subject, port) },
    secrets: [...secretsIn(resolution.reached, isSecret), ...told.secrets],
    reaches: referredBy(subject, { own, services, shared }),
  }
}

/** The services its variables refer to, by id; through shared variables too. */
function referredBy({ engine, place }: Subject, { own, services, shared }: { own: PlainVariables; services: readonly Neighbour[]; shared: readonly SharedVariableRow[] }): string[] {
  const references = (entries: readonly (readonly [string, string])[]) => entries.flatMap(([variable, value]) => referencesIn(value).map((reference) => ({ variable, ...reference })))
  const sources = services.map(({ id, name }) => ({ id, name, references: id === place.serviceId ? references(Object.entries(own).map(([key, { value }]) => [key, value] as const)) : [] }))
  const common = { id: place.environmentId, name: SHARED, references: references(shared.map((row) => [row.key, openVariable(engine.seal, row)] as const)) }
  return linksOf(sources, common).map((link) => link.to)
}

function offersOf(service: Neighbour, { engine, place }: Subject): Record<string, string> {
  return offeredToOthers({ ...service, targetKind: place.targetKind, publicUrl: peopleUrl(service, engine.config.ingress) })
}

function addedByPlatform({ engine, deployment, place }: Subject, containerPort: number): Record<string, string> {
  return platformEnvironment({
    port: null,
    publicUrl: place.source.type === 'database' ? '' : peopleUrl(place, engine.config.ingress),
    privateUrl: privateUrl({ ...place, name: place.service, containerPort }),
    project: { id: place.projectId, name: place.project },
    environment: { id: place.environmentId, name: place.environment },
    service: { id: place.serviceId, name: place.service },
    deployment,
    commit: deployment.revision?.commit ?? '',
  })
}

/** Its own secrets and those that its references came by, wherever they end up: also in the midst of a value that is not secret. */
function secretsIn(reached: readonly Reached[], isSecret: (service: string, key: string) => boolean): string[] {
  const values = reached.flatMap(({ service, key, value, generated }) => [...generated, ...(isSecret(service, key) ? [value] : [])])
  return [...new Set(values)].filter((value) => value !== '')
}
