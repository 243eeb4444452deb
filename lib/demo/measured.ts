import { record, type MetricSample } from '../db/queries/engine/metrics'
import { addRecent } from '../db/queries/engine/http'
import { keptLatencies, latencyBucket, type LatencyHistogram } from '../domain/latency-histogram'
import type { Ground } from './ground'
import type { Storefront } from './storefront'

// What only a running platform measures, for the last hour: charts, and the figures on nodes and links.

const STEP_MS = 10_000
const STEPS = 360
const RECENT_MS = 5_000
const RECENT_STEPS = 60
const MIB = 1024 * 1024

/** `rate`: requests per second. */
type Habit = { name: string; milli: number; mib: number; limitMib: number | null; rate: number; ms: number; bytes: number }

const HABITS: Habit[] = [
  { name: 'web', milli: 140, mib: 186, limitMib: 512, rate: 14, ms: 24, bytes: 18_000 },
  { name: 'api', milli: 1_230, mib: 723, limitMib: 1_024, rate: 31, ms: 46, bytes: 2_600 },
  { name: 'docs', milli: 4, mib: 24, limitMib: null, rate: 0.6, ms: 5, bytes: 41_000 },
  { name: 'image-resizer', milli: 30, mib: 97, limitMib: 256, rate: 1.2, ms: 180, bytes: 260_000 },
]

/** Two waves, as days and campaigns make them: between 0.6 and 1.4. */
const swell = (step: number, phase: number) => 1 + 0.25 * Math.sin(step / 29 + phase) + 0.15 * Math.sin(step / 7 + 2 * phase)

/** Measures the storefront as it has been within the last hour. A restart of the api is a gap of some minutes. */
export async function keepMeasured(ground: Ground, { environmentId, ids, databases, uploadsId }: Storefront): Promise<void> {
  const { db } = ground.database
  const end = Math.floor(Date.now() / STEP_MS) * STEP_MS
  const samples: MetricSample[] = []
  for (let step = 0; step < STEPS; step++) {
    const at = new Date(end - (STEPS - step) * STEP_MS)
    for (const [phase, habit] of HABITS.entries()) {
      if (habit.name === 'api' && step > 210 && step < 228) continue
      samples.push(...ofService({ at, labels: { environmentId, serviceId: ids[habit.name]! } }, habit, swell(step, phase)))
    }
    samples.push({ at, measure: 'volume_used', labels: { environmentId, volumeId: uploadsId, serviceId: ids['image-resizer']! }, value: (17.6 + step / 900) * 1024 * MIB, limit: 20 * 1024 * MIB })
    if (step % 6 === 0) samples.push(...ofDatabase({ at, labels: { environmentId, serviceId: databases.postgres.id } }, swell(step, 5)))
  }
  await record(db, samples)
  await addRecent(db, recent(environmentId, ids))
}

type Moment = { at: Date; labels: { environmentId: string; serviceId: string } }

function ofService({ at, labels }: Moment, habit: Habit, share: number): MetricSample[] {
  const requests = Math.round(habit.rate * 10 * share)
  const failed = habit.name === 'api' && share > 1.25 ? Math.ceil(requests * 0.02) : 0
  const answers = (status: string, count: number, ms: number): MetricSample[] => {
    const met = { ...labels, status, route: 'GET /' }
    const times: LatencyHistogram = { [latencyBucket(ms * 0.7)]: Math.ceil(count * 0.6), [latencyBucket(ms * share)]: Math.ceil(count * 0.36), [latencyBucket(ms * 4 * share)]: Math.ceil(count * 0.04) }
    return [
      { at, measure: 'requests', labels: met, value: count },
      { at, measure: 'errors', labels: met, value: status === '5xx' ? count : 0 },
      { at, measure: 'bytes_in', labels: met, value: count * 700 },
      { at, measure: 'bytes_out', labels: met, value: count * habit.bytes },
      { at, measure: 'latency', labels: met, buckets: keptLatencies(times) },
    ]
  }
  const part = { ...labels, part: '0' }
  return [
    { at, measure: 'cpu', labels: part, value: Math.round(habit.milli * share), limit: habit.name === 'api' ? 2_000 : null },
    { at, measure: 'memory', labels: part, value: Math.round(habit.mib * (0.9 + share / 10)) * MIB, limit: habit.limitMib === null ? null : habit.limitMib * MIB },
    { at, measure: 'network_in', labels: part, value: requests * 700 },
    { at, measure: 'network_out', labels: part, value: requests * habit.bytes },
    { at, measure: 'disk_write', labels: part, value: requests * 120 },
    { at, measure: 'restarts', labels: part, value: 0 },
    ...answers('2xx', requests - failed, habit.ms),
    ...(failed > 0 ? answers('5xx', failed, habit.ms * 9) : []),
  ]
}

function ofDatabase({ at, labels }: Moment, share: number): MetricSample[] {
  return [
    { at, measure: 'db_connections', labels, value: Math.round(18 * share), limit: 100 },
    { at, measure: 'db_size', labels, value: 3_482 * MIB, limit: null },
    { at, measure: 'db_lookups', labels, value: Math.round(41_000 * share) },
    { at, measure: 'db_misses', labels, value: Math.round(380 * share * share) },
    { at, measure: 'db_operations', labels, value: Math.round(1_900 * share) },
  ]
}

/** The last five minutes of each service, and of what the shop asks of its api. */
function recent(environmentId: string, ids: Record<string, string>): Parameters<typeof addRecent>[1] {
  const end = Math.floor(Date.now() / RECENT_MS) * RECENT_MS
  const steps = Array.from({ length: RECENT_STEPS }, (_, step) => ({ step, at: new Date(end - (RECENT_STEPS - 1 - step) * RECENT_MS) }))
  const row = (serviceId: string, fromId: string, { rate, ms }: Habit, { step, at }: (typeof steps)[number], phase: number) => {
    const requests = Math.round(rate * 5 * swell(step, phase))
    return { environmentId, serviceId, fromId, at, requests, errors: 0, latency: { [latencyBucket(ms * 0.7)]: Math.ceil(requests * 0.7), [latencyBucket(ms * 3)]: Math.floor(requests * 0.3) } }
  }
  const [web, api] = HABITS
  return steps.flatMap((step) => [...HABITS.map((habit, phase) => row(ids[habit.name]!, '', habit, step, phase)), row(ids['api']!, ids['web']!, { ...api!, rate: web!.rate }, step, 1)])
}
