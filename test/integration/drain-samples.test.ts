import { afterAll, beforeAll, expect, it } from 'vitest'

import type { Actor } from '../../lib/auth/actor'
import { authenticateBearer } from '../../lib/auth/authenticate'
import { drainCreate, drainList } from '../../lib/contract/drain'
import { record } from '../../lib/db/queries/engine/metrics'
import { samplesToTell } from '../../lib/db/queries/samples-to-tell'
import { expositionOf } from '../../lib/http/prometheus/exposition'
import { sampleFamilies } from '../../lib/http/prometheus/samples'
import { parseExposition } from '../../lib/otlp/exposition'
import { takeTurn } from '../../lib/drains/take-turn'
import { keptLatencies, latencyBucket } from '../../lib/domain/latency-histogram'
import { newId } from '../../lib/ids'
import { log } from '../../lib/log'
import { packMetrics } from '../../lib/telemetry/metric/pack'
import { decoded } from '../harness/otlp'
import { startDrainSink } from '../harness/drain-sink'
import { platformForTest, type TestPlatform } from '../harness/platform'

// Samples as OpenTelemetry's own decoder reads them, of another version than what writes them and made from its protocol.

type Point = { startTimeUnixNano: string; timeUnixNano: string; asDouble?: number; count?: string; bucketCounts?: string[]; explicitBounds?: number[]; attributes: { key: string; value: { stringValue?: string } }[] }
type Metric = { name: string; unit: string; gauge?: { dataPoints: Point[] }; sum?: { dataPoints: Point[]; isMonotonic?: boolean; aggregationTemporality: number }; histogram?: { dataPoints: Point[]; aggregationTemporality: number } }
type Request = { resourceMetrics: { resource: { attributes: Point['attributes'] }; scopeMetrics: { metrics: Metric[] }[] }[] }

let t: TestPlatform
let as: Actor
let sink: Awaited<ReturnType<typeof startDrainSink>>
let organizationId: string
let environmentId: string
let theirs: string
const serviceId = newId('service')
const deploymentId = newId('deployment')
const HOUR = Date.parse('2026-03-01T10:00:00Z')
const never = new AbortController().signal

beforeAll(async () => {
  t = await platformForTest()
  const owner = await t.owner()
  ;({ environmentId } = await t.project(owner))
  theirs = (await t.project(owner, 'Theirs')).environmentId
  await t.database.sql`insert into services (id, environment_id, name, host_label, source, settings) values (${serviceId}, ${environmentId}, 'api', 'api', '{"type":"template","template":"node-service"}', '{}')`
  await t.database.sql`insert into deployments (id, service_id, number, status, trigger, spec, variables_sealed, config_revision) values (${deploymentId}, ${serviceId}, 3, 'active', 'manual', '{"source":{},"settings":{}}', '', 1)`
  // For as long as the clock may be moved.
  as = await authenticateBearer(t.platform, `Bearer ${owner.accessToken}`)
  organizationId = owner.organization!.id
  sink = await startDrainSink()
})
afterAll(async () => {
  await sink.close()
  await t.close()
})

const room = () => ({ db: t.database.db, seal: t.platform.seal, log, now: () => t.clock.now, random: () => 1, allowsPrivate: true, timeoutMs: 5_000 })
const decode = (body: Buffer) => decoded<Request>('metrics', body)
const attributes = (of: Point['attributes']) => Object.fromEntries(of.map(({ key, value }) => [key, value.stringValue]))
const nanos = (seconds: number) => `${HOUR + seconds * 1_000}000000`

/** Points of a metric of one replica: when, since when and how much. */
function pointsOf(requests: readonly Request[], name: string, instance = `${deploymentId}.0`): [string, string, number | undefined][] {
  const own = requests.flatMap(({ resourceMetrics }) => resourceMetrics).filter(({ resource }) => attributes(resource.attributes)['service.instance.id'] === instance)
  return own.flatMap(({ scopeMetrics }) => scopeMetrics[0]!.metrics).filter((metric) => metric.name === name).flatMap(({ gauge, sum }) => (gauge ?? sum)!.dataPoints.map((point): [string, string, number | undefined] => [point.startTimeUnixNano, point.timeUnixNano, point.asDouble]))
}

/** What was measured of a replica: a gap at 20 s, packed up to 50 s. */
async function measure(): Promise<void> {
  const labels = { environmentId, serviceId, deploymentId, part: '0' }
  const at = (seconds: number) => new Date(HOUR + seconds * 1_000)
  for (const [i, seconds] of [0, 10, 30, 40, 50].entries()) {
    await record(t.database.db, [
      { at: at(seconds), measure: 'cpu', labels, value: 250 + i },
      { at: at(seconds), measure: 'network_in', labels, value: 100 * (i + 1) },
      { at: at(seconds), measure: 'requests', labels: { environmentId, serviceId, deploymentId, status: '2xx', route: 'GET /users/:id' }, value: 2 },
      { at: at(seconds), measure: 'cpu', labels: { environmentId: theirs, serviceId: 'svc_theirs' }, value: 1 },
    ])
  }
  await record(t.database.db, [{ at: at(30), measure: 'latency', labels: { environmentId, serviceId, deploymentId, status: '2xx', route: 'GET /users/:id' }, buckets: keptLatencies({ [latencyBucket(0.4)]: 1, [latencyBucket(90)]: 3, [latencyBucket(10_000_000)]: 2 }) }])
  await packMetrics(t.database.db, at(80))
  await record(t.database.db, [{ at: at(60), measure: 'network_in', labels, value: 7 }, { at: at(40), measure: 'network_in', labels, value: 1 }])
}

async function send(given: object, { from, until }: { from: number; until: number }): Promise<Request[]> {
  sink.forget()
  t.clock.now = new Date(HOUR + from * 1_000)
  const { id } = await t.call(drainCreate, { organizationId: organizationId, environmentId, name: newId('request'), settings: { kind: 'otlp', url: `${sink.url}/otlp`, sends: ['metrics'], ...given } } as never, { as })
  t.clock.now = new Date(HOUR + 140_000)
  await takeTurn(room(), id, never)
  const shown = (await t.call(drainList, { organizationId: organizationId }, { as })).items.find((each) => each.id === id)!
  expect(shown).toMatchObject({ failing: null, metricsTo: new Date(HOUR + until * 1_000).toISOString() })
  return sink.taken.map(({ body, headers }) => (headers['content-type'] === 'application/json' ? (JSON.parse(body.toString('utf8')) as Request) : decode(body)))
}
it('sends samples with their gaps, counts since the hour began, and where they are from', async () => {
  await measure()
  const requests = await send({}, { from: 0, until: 100 })
  expect(sink.taken.map(({ path }) => path)).toEqual(['/otlp/v1/metrics', '/otlp/v1/metrics'])
  expect(pointsOf(requests, 'container.cpu.usage')).toEqual([10, 20, 40, 50, 60].map((seconds, i) => [nanos(0), nanos(seconds), (250 + i) / 1_000]))
  // 100, 200, a gap, 300, 400 and one that came late, 500, 7.
  expect(pointsOf(requests, 'container.network.io')).toEqual([[10, 100], [20, 300], [40, 600], [50, 1_001], [60, 1_501], [70, 1_508]].map(([seconds, sum]) => [nanos(0), nanos(seconds!), sum]))
  const resources = requests.flatMap(({ resourceMetrics }) => resourceMetrics).map(({ resource }) => attributes(resource.attributes))
  expect(resources[0]).toMatchObject({ 'service.name': 'api', 'service.namespace': 'Shop', 'service.version': '3', 'deployment.environment.name': 'production', 'deployment.environment': 'production', 'easel.service.id': serviceId, 'easel.environment.id': environmentId, 'easel.deployment.id': deploymentId, 'easel.replica': '0' })
  expect(resources.filter((each) => each['easel.environment.id'] !== environmentId)).toEqual([])
  const metrics = requests.flatMap(({ resourceMetrics }) => resourceMetrics).flatMap(({ scopeMetrics }) => scopeMetrics[0]!.metrics)
  expect(metrics.find(({ name }) => name === 'container.network.io')).toMatchObject({ unit: 'By', sum: { isMonotonic: true, aggregationTemporality: 2 } })
  const counted = metrics.find(({ name }) => name === 'easel.http.requests')!.sum!.dataPoints
  expect([attributes(counted[0]!.attributes), counted.at(-1)!.asDouble]).toEqual([{ 'easel.http.status_class': '2xx', 'http.request.method': 'GET', 'http.route': '/users/:id' }, 10])
  const times = metrics.find(({ name }) => name === 'http.server.request.duration')!
  const [point] = times.histogram!.dataPoints
  expect([times.unit, times.histogram!.dataPoints.length, point!.count]).toEqual(['s', 1, '6'])
  const met = point!.bucketCounts!.flatMap((count, i) => (count === '0' ? [] : [[point!.explicitBounds![i], count]]))
  expect(met[0]).toEqual([0.0005, '1'])
  expect(met[1]![0]).toBeGreaterThanOrEqual(0.09)
  expect(met[1]![0]).toBeLessThan(0.13)
  expect(met.map(([, count]) => count)).toEqual(['1', '3', '2'])
})

it('sends counts of each step where that is wanted, as JSON too', async () => {
  const requests = await send({ temporality: 'delta', encoding: 'json' }, { from: 20, until: 80 })
  expect(pointsOf(requests, 'container.network.io')).toEqual([[30, 300], [40, 401], [50, 500], [60, 7]].map(([seconds, count]) => [nanos(seconds!), nanos(seconds! + 10), count]))
})

it('sends what programs measure themselves by their names for it, and tells it to a Prometheus beside what is', async () => {
  const at = (seconds: number) => new Date(HOUR + 24 * 3_600_000 + seconds * 1_000)
  const labels = { environmentId, serviceId, part: '0' }
  const own = (name: string, attributes = '', more = {}) => ({ environmentId, serviceId, name, attributes, ...more })
  await record(t.database.db, [
    { at: at(0), measure: 'memory', labels, value: 1_000 },
    { at: at(0), measure: 'own_level', labels: own('depth', 'queue=mail, path="a, b=c"', { part: '0', unit: '{job}' }), value: -5 },
    { at: at(0), measure: 'own_count', labels: own('orders', 'shop.name=n'), value: 2 },
    { at: at(10), measure: 'own_count', labels: own('orders', 'shop.name=n'), value: 3 },
    { at: at(0), measure: 'own_bucket', labels: own('took', '', { unit: 's' }), bounds: '0..0.5', value: 4 },
    { at: at(10), measure: 'own_bucket', labels: own('took', '', { unit: 's' }), bounds: '1..Infinity', value: 1 },
    { at: at(10), measure: 'own_bucket', labels: own('took', '', { unit: 's' }), bounds: '0.5..1', value: 2 },
    { at: at(0), measure: 'own_level', labels: { ...own('depth'), environmentId: theirs, serviceId: 'svc_theirs' }, value: 9 },
  ])
  sink.forget()
  t.clock.now = at(0)
  const { id } = await t.call(drainCreate, { organizationId, environmentId, name: newId('request'), settings: { kind: 'otlp', url: `${sink.url}/otlp`, sends: ['metrics'] } } as never, { as })
  t.clock.now = at(140)
  await takeTurn(room(), id, never)
  const metrics = sink.taken.flatMap(({ body }) => decode(body).resourceMetrics).flatMap(({ resource, scopeMetrics }) => scopeMetrics[0]!.metrics.map((metric) => ({ ...metric, of: attributes(resource.attributes) })))
  const named = (name: string) => metrics.filter((metric) => metric.name === name)
  const [depth] = named('depth')
  expect([named('depth').length, depth!.unit, depth!.of['service.name'], depth!.gauge!.dataPoints.map((point) => [attributes(point.attributes), point.asDouble])]).toEqual([1, '{job}', 'api', [[{ queue: 'mail', path: 'a, b=c' }, -5]]])
  const [orders] = named('orders')
  expect(orders!.sum).toMatchObject({ isMonotonic: true, aggregationTemporality: 2 })
  expect(orders!.sum!.dataPoints.map((point) => [attributes(point.attributes), point.asDouble])).toEqual([[{ 'shop.name': 'n' }, 2], [{ 'shop.name': 'n' }, 5]])
  const [took] = named('took')
  expect([took!.unit, took!.histogram!.dataPoints.map(({ explicitBounds, bucketCounts, count }) => [explicitBounds, bucketCounts, count])]).toEqual(['s', [[[0, 0.5, 1], ['0', '4', '0', '0'], '4'], [[0, 0.5, 1], ['0', '4', '2', '1'], '7']]])

  const told = await samplesToTell(t.database.db, { organizationIds: [organizationId], limit: 100 }, at(60))
  const text = expositionOf(sampleFamilies(told.filter(({ measure, environmentId: of }) => of === environmentId && (measure === 'memory' || measure.startsWith('own_'))), at(60)))
  const place = `organization_id="${organizationId}",environment_id="${environmentId}",service_id="${serviceId}"`
  expect(text).toContain(`easel_sample_own_level{${place},part="0",metric="depth",unit="{job}",attr_queue="mail",attr_path="a, b=c"} -5 ${at(10).getTime()}`)
  expect(text).toContain(`easel_sample_own_count_total{${place},metric="orders",attr_shop_name="n"} 5 ${at(20).getTime()}`)
  expect(text).toContain(`easel_sample_own_bucket_total{${place},metric="took",unit="s",bucket="0.5..1"} 2 ${at(20).getTime()}`)
  // Where there is more than is told, it is what programs measure that is left out.
  const few = await samplesToTell(t.database.db, { organizationIds: [organizationId], limit: told.filter(({ name }) => name === null).length }, at(60))
  expect(few.filter(({ name }) => name !== null)).toEqual([])
  // What is written is read by the same rules as what other programs write.
  expect(parseExposition(text, 1_000).samples.find(({ labels: found }) => found.some(([key, value]) => key === 'attr_path' && value === 'a, b=c'))?.value).toBe(-5)
})
