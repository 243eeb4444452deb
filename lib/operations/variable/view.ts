import type { OfferView, VariablesView } from '../../contract/service'
import type { Source } from '../../contract/source'
import { briefOf } from '../../db/queries/deployments'
import { find as findEnvironment } from '../../db/queries/environments'
import { hostAddressFor, receiverPort } from '../../db/queries/engine/otlp'
import { find, type PlacedService } from '../../db/queries/services'
import { peopleUrl, privateUrl } from '../../domain/address'
import { ENGINES } from '../../domain/engine/engines'
import { otlpEndpoint, otlpVariables } from '../../domain/otlp-variables'
import { platformVariables, type PlatformVariable } from '../../domain/platform-variables'
import { PLATFORM_KEYS, SHARED } from '../../domain/reference'
import { hasNetwork } from '../../domain/target'
import { notFound } from '../../errors'
import { openVariable } from '../../secrets/sealed-variables'
import type { Ctx } from '../context'
import { loadLandscape, type Landscape } from './landscape'

type Reading = Pick<Ctx, 'db' | 'seal' | 'config'>

/** The variables of a service, secrets without their value, what the platform adds, and what values may refer to. */
export async function variablesView(ctx: Reading, serviceId: string): Promise<VariablesView> {
  const service = await find(ctx.db, serviceId)
  if (!service) throw notFound('service')
  const land = await loadLandscape(ctx, service.environmentId)
  const own = land.variables.filter((row) => row.serviceId === serviceId).sort((a, b) => (a.key < b.key ? -1 : 1))
  return {
    revision: service.configRevision,
    variables: own.map((row) => ({
      key: row.key,
      value: row.secret ? null : openVariable(ctx.seal, row),
      secret: row.secret,
      scope: row.scope,
      generated: row.generatedSealed !== null,
      updatedAt: row.updatedAt.toISOString(),
    })),
    references: referencesView(land, serviceId),
    platform: await platformView(ctx, service, own.map(({ key }) => key)),
  }
}

/** What values of an environment may refer to: names only, its own last. */
export function referencesView(land: Landscape, ownId: string | null = null): OfferView[] {
  const keysOf = (rows: readonly { key: string }[]) => rows.map(({ key }) => key).sort()
  return [
    ...(land.shared.length === 0 ? [] : [{ owner: SHARED, keys: keysOf(land.shared), offers: [] }]),
    ...[...land.services.filter(({ id }) => id !== ownId), ...land.services.filter(({ id }) => id === ownId)].map(({ id, name, source }) => {
      const offers = offersOf(source)
      return { owner: name, keys: keysOf(land.variables.filter((row) => row.serviceId === id)).filter((key) => !offers.some((offer) => offer.key === key)), offers }
    }),
  ]
}

/** What the platform adds; of a database, everything that a client needs comes first, and there is no address of pages. */
function offersOf(source: Source): OfferView['offers'] {
  const platform = Object.entries(PLATFORM_KEYS).map(([key, meaning]) => ({ key, meaning }))
  if (source.type !== 'database') return platform
  return [{ key: ENGINES[source.engine].urlKey, meaning: 'address with user and password' }, ...platform.filter(({ key }) => key === 'HOST' || key === 'PORT')]
}

/** As the version that serves was given them; what is known only then, as a sentence before. */
async function platformView(ctx: Reading, service: PlacedService, keys: readonly string[]): Promise<VariablesView['platform']> {
  const environment = await findEnvironment(ctx.db, service.environmentId)
  if (!environment) throw notFound('service')
  const active = service.activeDeploymentId === null ? null : await briefOf(ctx.db, service.activeDeploymentId)
  const platform = platformVariables({
    port: hasNetwork(service.targetKind) ? service.containerPort : null,
    publicUrl: service.source.type === 'database' ? '' : peopleUrl(service, ctx.config.ingress),
    privateUrl: privateUrl(service),
    project: environment.project,
    environment,
    service,
    deployment: active && { id: active.id, number: active.number },
    commit: active && active.commit,
  })
  const telemetry = service.settings.openTelemetry && service.source.type !== 'database' ? await telemetryOf(ctx, { service, environment, keys }) : []
  return [...platform, ...telemetry].map(({ key, value, unknown, meaning }) => ({ key, value: value ?? unknown, meaning }))
}

/** What its next version is told so that an OpenTelemetry SDK sends to us; the token is known to that version alone. */
async function telemetryOf(ctx: Reading, { service, environment: { name, project }, keys }: { service: PlacedService; environment: { name: string; project: { name: string } }; keys: readonly string[] }): Promise<PlatformVariable[]> {
  const { isOn, host, url } = ctx.config.otlp
  const endpoint = isOn ? otlpEndpoint(service.targetKind, { host, url, port: await receiverPort(ctx.db), hostAddress: await hostAddressFor(ctx.db, service.environmentId) }) : null
  const attributes = { 'service.namespace': project.name, 'deployment.environment.name': name }
  return otlpVariables({ endpoint, token: null, service: service.name, attributes }, keys).map((variable) => ({ ...variable, unknown: 'a token of the deployment' }))
}
