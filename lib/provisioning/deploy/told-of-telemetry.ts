import { hostAddressFor, receiverPort, takeKey } from '../../db/queries/engine/otlp'
import { otlpEndpoint, otlpVariables } from '../../domain/otlp-variables'
import { hasNetwork } from '../../domain/target'
import { openOtlpKey, otlpToken, sealOtlpKey } from '../../secrets/otlp-token'
import { isOurReceiver } from './find-receiver'
import type { Run } from './run'

/** What a deployment is told. `trouble`: a sentence, where it should send and is not told to. */
export type Told = { variables: Record<string, string>; secrets: string[]; trouble: string | null }

/** Where a deployment sends what OpenTelemetry collects in it, and by which token; nothing where its service does not want that. `own`: names of its own variables. */
export async function toldOfTelemetry({ engine, deployment, place }: Pick<Run, 'engine' | 'deployment' | 'place'>, own: readonly string[]): Promise<Told> {
  if (!deployment.spec.settings.openTelemetry || deployment.spec.source.type === 'database') return { variables: {}, secrets: [], trouble: null }
  const { host, url, isOn } = engine.config.otlp
  const [port, found] = [await receiverPort(engine.db), await hostAddressFor(engine.db, place.environmentId)]
  // Where containers reach this machine another program may have the port; it is not told to them, and their token does not go there.
  const isForeign = isOn && hasNetwork(place.targetKind) && url === null && found !== null && port !== null && !(await isOurReceiver(engine.seal, { address: found, port }))
  const hostAddress = isForeign ? null : found
  const endpoint = isOn ? otlpEndpoint(place.targetKind, { host, url, port, hostAddress }) : null
  const key = openOtlpKey(engine.seal, place.serviceId, await takeKey(engine.db, place.serviceId, sealOtlpKey(engine.seal, place.serviceId)))
  const token = otlpToken(key, deployment.id)
  const attributes = { 'service.namespace': place.project, 'deployment.environment.name': place.environment, 'service.version': String(deployment.number), 'easel.deployment': deployment.id }
  const variables = otlpVariables({ endpoint, token, service: place.service, attributes }, own)
  return { variables: Object.fromEntries(variables.flatMap(({ key: name, value }) => (value === null ? [] : [[name, value]]))), secrets: variables.some(({ value }) => value?.includes(token)) ? [token] : [], trouble: isForeign ? `It is not told where to send what OpenTelemetry collects: the receiver does not listen at ${found}:${port}. Stop what listens there instead, or set EASEL_OTLP_URL to an address that containers reach, and deploy again.` : null }
}
