import { offeredToOthers, privateUrl, publicUrl } from '../../domain/address'
import { DeploymentFailure } from '../../domain/failure'
import { linksOf } from '../../domain/link'
import { platformEnvironment } from '../../domain/platform-variables'
import { findReferences, resolveVariables, type ReferenceWorld } from '../../domain/reference'
import { containerPortOf } from '../../db/queries/container-port'
import { ofEnvironment, type Neighbour } from '../../db/queries/engine/neighbours'
import { followNames } from '../../domain/rename-reference'
import type { ReleasedEnvironment } from '../../secrets/sealed-environment'
import { openFrozen, openVariable, type PlainVariables } from '../../secrets/sealed-variables'
import type { Seal } from '../../secrets/seal'
import type { Run } from './run'

type Subject = Pick<Run, 'engine' | 'deployment' | 'place'>
type Opened = { id: string; name: string; hostLabel: string; privatePort: number | null; containerPort: number; variables: PlainVariables }

/**
 * The variables of a deployment with every reference to other services resolved as of now, what the platform adds, and the
 * values that must not be shown. Throws DeploymentFailure for a reference that leads nowhere.
 */
export async function resolveEnvironment(subject: Subject): Promise<ReleasedEnvironment> {
  const { engine, deployment, place } = subject
  const ownPort = await containerPortOf(engine.db, deployment.id)
  const neighbours = await ofEnvironment(engine.db, place.environmentId)
  // It may have been renamed since this deployment began; what was frozen knows it by its former name.
  const name = neighbours.find(({ id }) => id === place.serviceId)?.name ?? place.service
  const own = withName(openFrozen(engine.seal, deployment.id, deployment.variablesSealed), new Map([[place.service, name]]))
  const services: Opened[] = neighbours.map((service) => ({
    ...service,
    containerPort: service.id === place.serviceId ? ownPort : service.containerPort,
    variables: service.id === place.serviceId ? own : openPresent(engine.seal, service.variables),
  }))
  const resolution = resolveVariables(name, worldOf(services, subject))
  if (!resolution.ok) throw new DeploymentFailure('variable_unresolved', `Variable ${resolution.key}: ${resolution.message}`)
  return { variables: { ...resolution.variables, ...addedByPlatform(subject, ownPort) }, secrets: secretsIn(resolution.variables, services, name), reaches: referredBy(place.serviceId, services) }
}

/** The services its variables refer to, by id. */
function referredBy(serviceId: string, services: readonly Opened[]): string[] {
  const sources = services.map(({ id, name, variables }) => ({
    id,
    name,
    references: Object.entries(variables).flatMap(([variable, { value }]) => findReferences(value).map(({ service }) => ({ variable, service }))),
  }))
  return linksOf(sources).filter((link) => link.from === serviceId).map((link) => link.to)
}

function withName(variables: PlainVariables, names: ReadonlyMap<string, string>): PlainVariables {
  return Object.fromEntries(Object.entries(variables).map(([key, variable]) => [key, { ...variable, value: followNames(variable.value, names) }]))
}

function openPresent(seal: Seal, rows: Neighbour['variables']): PlainVariables {
  return Object.fromEntries(rows.map((row) => [row.key, { value: openVariable(seal, row), secret: row.secret }]))
}

function worldOf(services: readonly Opened[], { engine, place }: Subject): ReferenceWorld {
  return {
    services: Object.fromEntries(
      services.map(({ variables, ...service }) => [
        service.name,
        {
          variables: Object.fromEntries(Object.entries(variables).map(([key, { value }]) => [key, value])),
          platform: offeredToOthers({ ...service, targetKind: place.targetKind, publicUrl: publicUrl(service.hostLabel, engine.config.ingress) }),
        },
      ]),
    ),
  }
}

function addedByPlatform({ engine, deployment, place }: Subject, containerPort: number): Record<string, string> {
  return platformEnvironment({
    port: null,
    publicUrl: publicUrl(place.hostLabel, engine.config.ingress),
    privateUrl: privateUrl({ ...place, name: place.service, containerPort }),
    project: place.project,
    environment: place.environment,
    service: place.service,
    deploymentId: deployment.id,
    commit: deployment.revision?.commit ?? '',
  })
}

/** Its own secrets, and those of other services that came in by reference, also inside a variable that is not secret. */
function secretsIn(resolved: Readonly<Record<string, string>>, services: readonly Opened[], own: string): string[] {
  const values = Object.values(resolved)
  const secrets = new Set<string>()
  for (const { name, variables } of services) {
    for (const [key, { value, secret }] of Object.entries(variables)) {
      if (!secret) continue
      if (name === own) secrets.add(resolved[key]!)
      const isPlain = value !== '' && findReferences(value).length === 0
      if (isPlain && values.some((candidate) => candidate.includes(value))) secrets.add(value)
    }
  }
  return [...secrets]
}
