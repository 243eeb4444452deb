import { advanceMetrics, environmentsOf, namesFor, type Names } from '../db/queries/engine/drains'
import { hourOf, volumeNames } from '../db/queries/engine/drain-samples'
import type { DrainLine } from '../domain/drain/line'
import type { DrainSecret, DrainSettings } from '../domain/drain/settings'
import { SAMPLES } from '../domain/metric/steps'
import { openDrainSecret } from '../secrets/sealed-drain'
import { metricsBody, rejectedPoints } from './otlp-metrics'
import { resources } from './otlp-resource'
import type { Outcome } from './outcome'
import { pointsOf, type OfOrigin } from './points'
import type { Limits } from './request'
import { postOtlp } from './send'
import type { End, Turn } from './turn'

// Samples are sent when they will not change any more, in pieces of a minute, and what was sent is remembered as a time.

const STEP_MS = SAMPLES.seconds * 1_000
const HOUR_MS = SAMPLES.slots * STEP_MS
/** Counts of a step come in for as long. */
const YOUNG_MS = 40_000
/** So much at once, and not before there is so much, unless the hour ends. */
const PIECE_MS = 60_000
const LEAST_MS = 30_000
/** Of one request. */
const MOST_POINTS = 5_000

type Otlp = Extract<DrainSettings, { kind: 'otlp' }>
type Way = { settings: Otlp; secret: DrainSecret }

/** Sends the samples that wait in a drain, until nothing is left or time is up. */
export async function sendSamples({ room, drain, limits, endsAt, sent }: Turn): Promise<End> {
  const { settings } = drain
  if (settings.kind !== 'otlp') return { kind: 'idle' }
  const way: Way = { settings, secret: openDrainSecret(room.seal, drain) }
  const environmentIds = await environmentsOf(room.db, drain)
  // Older ones are not kept in this step.
  let from = new Date(Math.max(floor(drain.metricsTo.getTime()), floor(room.now().getTime() - SAMPLES.keptMs)))
  let written = drain.metricsTo
  while (performance.now() < endsAt && !limits.signal.aborted) {
    const until = pieceAfter(from, room.now())
    if (until === null) return { kind: 'idle' }
    const hour = new Date(Math.floor(from.getTime() / HOUR_MS) * HOUR_MS)
    const series = await hourOf(room.db, { environmentIds, hour, until })
    const volumes = await volumeNames(room.db, series.flatMap(({ volumeId }) => volumeId ?? []))
    const origins = pointsOf(series, { hourMs: hour.getTime(), fromMs: from.getTime(), untilMs: until.getTime(), isDelta: settings.temporality === 'delta', volumeNames: volumes })
    const names = await namesFor(room.db, { environments: environmentIds, services: origins.flatMap(({ serviceId }) => serviceId ?? []), deployments: origins.flatMap(({ deploymentId }) => deploymentId ?? []) })
    for (const some of requestsOf(origins)) {
      const outcome = await sendOrigins(way, { origins: some, names }, limits)
      if (!outcome.ok) return { kind: 'failed', outcome }
      sent()
    }
    if (!(await advanceMetrics(room.db, drain, { from: written, to: until, at: origins.length > 0 ? room.now() : null }))) return { kind: 'stale' }
    from = written = until
  }
  return { kind: 'more' }
}

function floor(ms: number): number {
  return Math.floor(ms / STEP_MS) * STEP_MS
}

/** Where the next piece ends; null where there is not enough of it yet. */
function pieceAfter(from: Date, now: Date): Date | null {
  const end = (Math.floor(from.getTime() / HOUR_MS) + 1) * HOUR_MS
  const until = Math.min(from.getTime() + PIECE_MS, end, floor(now.getTime() - YOUNG_MS))
  return until - from.getTime() >= LEAST_MS || (until === end && until > from.getTime()) ? new Date(until) : null
}

/** Origins in groups that are not too large for one request. */
function requestsOf(origins: readonly OfOrigin[]): OfOrigin[][] {
  const requests: OfOrigin[][] = []
  let points = Infinity
  for (const origin of origins) {
    const own = origin.metrics.reduce((sum, metric) => sum + metric.points.length, 0)
    if (points + own > MOST_POINTS) {
      requests.push([])
      points = 0
    }
    requests.at(-1)!.push(origin)
    points += own
  }
  return requests
}

/** Sends them all, in halves where that is too much at once. */
async function sendOrigins(way: Way, { origins, names }: { origins: readonly OfOrigin[]; names: Names }, limits: Limits): Promise<Outcome> {
  const { settings, secret } = way
  const resourceOf = resources()
  const body = metricsBody(
    settings.encoding,
    origins.flatMap(({ environmentId, serviceId, deploymentId, part, metrics }) => {
      const place = names.places.get(environmentId)
      if (!place) return []
      const service = serviceId === null ? null : { id: serviceId, name: names.services.get(serviceId) ?? serviceId }
      const deployment = deploymentId === null ? null : { id: deploymentId, number: names.deployments.get(deploymentId) ?? null }
      return [{ resource: resourceOf({ ...place, service, deployment, replica: part }), metrics, isDelta: settings.temporality === 'delta' }]
    }),
  )
  const outcome = await postOtlp({ settings, headers: secret.headers ?? {}, signal: 'metrics', body }, limits, (answer) => rejectedPoints(settings.encoding, answer))
  if (outcome.ok || outcome.fault !== 'too_large' || origins.length < 2) return outcome
  const middle = Math.ceil(origins.length / 2)
  const first = await sendOrigins(way, { origins: origins.slice(0, middle), names }, limits)
  return first.ok ? sendOrigins(way, { origins: origins.slice(middle), names }, limits) : first
}

/** Sends one point that says that it is a test. */
export function sendTestSample({ settings, secret }: Way, line: DrainLine, limits: Limits): Promise<Outcome> {
  const at = Date.parse(line.at)
  const resource = resources()({ ...line, replica: null })
  const metric = { name: 'easel.drain.test', unit: '1', description: line.message, as: 'gauge' as const, attributes: {}, points: [{ atMs: at, startMs: at, value: 1 }] }
  return postOtlp({ settings, headers: secret.headers ?? {}, signal: 'metrics', body: metricsBody(settings.encoding, [{ resource, metrics: [metric], isDelta: false }]) }, limits, (answer) => rejectedPoints(settings.encoding, answer))
}
