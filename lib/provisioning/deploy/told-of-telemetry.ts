import { hostAddressFor, receiverPort, takeKey } from '../../db/queries/engine/otlp'
import { otlpEndpoint, otlpVariables } from '../../domain/otlp-variables'
import { openOtlpKey, otlpToken, sealOtlpKey } from '../../secrets/otlp-token'
import type { Run } from './run'

/** Where a deployment sends what OpenTelemetry collects in it, and by which token; nothing where its service does not want that. `own`: names of its own variables. */
export async function toldOfTelemetry({ engine, deployment, place }: Pick<Run, 'engine' | 'deployment' | 'place'>, own: readonly string[]): Promise<{ variables: Record<string, string>; secrets: string[] }> {
  if (!deployment.spec.settings.openTelemetry || deployment.spec.source.type === 'database') return { variables: {}, secrets: [] }
  const { host, url, isOn } = engine.config.otlp
  const endpoint = isOn ? otlpEndpoint(place.targetKind, { host, url, port: await receiverPort(engine.db), hostAddress: await hostAddressFor(engine.db, place.environmentId) }) : null
  const key = openOtlpKey(engine.seal, place.serviceId, await takeKey(engine.db, place.serviceId, sealOtlpKey(engine.seal, place.serviceId)))
  const token = otlpToken(key, deployment.id)
  const attributes = { 'service.namespace': place.project, 'deployment.environment.name': place.environment, 'service.version': String(deployment.number), 'easel.deployment': deployment.id }
  const variables = otlpVariables({ endpoint, token, service: place.service, attributes }, own)
  return { variables: Object.fromEntries(variables.flatMap(({ key: name, value }) => (value === null ? [] : [[name, value]]))), secrets: variables.some(({ value }) => value?.includes(token)) ? [token] : [] }
}
