import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'

import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { deploymentGet } from '../../lib/contract/deployment'
import { metricNames, metricQuery } from '../../lib/contract/metric'
import { serviceCreate, serviceDelete, serviceGet, serviceUpdate, variableList, variableReplace } from '../../lib/contract/service'
import { takeReceiverPort } from '../../lib/db/queries/engine/otlp'
import { deployments } from '../../lib/db/schema/deployment'
import { log } from '../../lib/log'
import { writeMessage } from '../../lib/otlp/proto'
import { startReceiver, type Receiver } from '../../lib/otlp/receiver'
import { openEnvironment } from '../../lib/secrets/sealed-environment'
import { engineForTest, type TestEngine } from '../harness/engine'

// What an OpenTelemetry SDK sends comes into the log and the metrics of its own service, and of no other.

const run = promisify(execFile)

let t: TestEngine
let receiver: Receiver
let api: Sending
let other: Sending

type Sending = { id: string; deploymentId: string; env: Record<string, string>; token: string }

beforeAll(async () => {
  t = await engineForTest()
  const port = (await takeReceiverPort(t.database.db, { first: 33_400, last: 33_499 }, null))!
  receiver = await startReceiver({ db: t.database.db, seal: t.platform.seal, log, rate: { perSecond: 50, atOnce: 400 }, mostSeries: 120 }, { host: '127.0.0.1', port })
  api = await sending('api')
  other = await sending('other')
})
afterAll(async () => {
  await receiver?.close()
  await t?.close()
})

/** A service that wants to be listened to, deployed. */
async function sending(name: string): Promise<Sending> {
  const { id } = await t.service(name, { openTelemetry: true })
  await t.call(variableReplace, { serviceId: id, variables: { DB_PASSWORD: { value: 'correct-horse-battery', secret: true } } }, { as: t.as })
  return { id, ...(await deployed(id)) }
}

async function deployed(id: string): Promise<Omit<Sending, 'id'>> {
  const deploymentId = await t.deploy({ id })
  await t.settle()
  const [row] = await t.database.db.select({ sealed: deployments.environmentSealed }).from(deployments).where(eq(deployments.id, deploymentId))
  const { variables, secrets } = openEnvironment(t.platform.seal, deploymentId, row!.sealed!)
  const token = (variables.OTEL_EXPORTER_OTLP_HEADERS ?? '').split('=')[1] ?? ''
  if (token !== '') expect(secrets).toContain(token)
  return { deploymentId, env: variables, token }
}

const send = (path: string, { body, token, headers = {} }: { body: string | Uint8Array; token?: string; headers?: Record<string, string> }) =>
  fetch(`http://127.0.0.1:${receiver.port}${path}`, { method: 'POST', headers: { 'content-type': typeof body === 'string' ? 'application/json' : 'application/x-protobuf', ...(token === undefined ? {} : { 'x-easel-otlp-token': token }), ...headers }, body: body as BodyInit })
const logsOf = (...bodies: string[]) => JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: bodies.map((text) => ({ timeUnixNano: `${Date.now()}000000`, body: { stringValue: text } })) }] }] })
const varint = (value: number): Buffer => (value < 128 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value & 127) | 128]), varint(value >>> 7)]))
const lines = (serviceId: string) => t.database.sql<{ text: string; level: number | null; stream: string; deployment_id: string; attributes: Record<string, unknown> | null }[]>`select text, level, stream, deployment_id, attributes from log_lines where service_id = ${serviceId} and kind = 'runtime' order by id`
const stored = async (measure: string, name: string) =>
  (await t.database.sql<{ attributes: string; bucket: string | null; value: number }[]>`
    select s.attributes, s.bucket, sum(p.value)::float8 as value from metric_points p join metric_series s on s.id = p.series_id where s.measure = ${measure} and s.name = ${name} group by 1, 2 order by 1, 2`).map(({ attributes, bucket, value }) => [attributes, bucket, value])

describe('the official SDK', () => {
  it('is told by its environment alone, and what it sends is in the log and the metrics of its service', async () => {
    const { stdout } = await run(process.execPath, [join('test', 'harness', 'otel-sender.mjs')], { env: { ...api.env, OTEL_RESOURCE_ATTRIBUTES: `${api.env.OTEL_RESOURCE_ATTRIBUTES},easel.replica=0`, PATH: process.env.PATH } as unknown as NodeJS.ProcessEnv })
    expect(JSON.parse(stdout)).toEqual([])

    const found = await lines(api.id)
    expect(found.map(({ text, level }) => [text, level])).toEqual(
      ['proto', 'json'].flatMap((name) => [[`${name}: cart saved`, 3], [`${name}: the password is [secret]`, 5], [`{"words":["of","an","object"],"from":"${name}"}`, 4]]),
    )
    expect(found[0]).toMatchObject({ deployment_id: api.deploymentId, attributes: { cart: 12, 'user.name': 'ada', nested: { deep: [1, 'two'] }, trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331', scope: 'proto-logger' } })
    expect(found[1]!.attributes).toMatchObject({ password: '[secret]' })
    expect(JSON.stringify(found)).not.toContain('correct-horse')

    expect(await stored('own_count', 'orders')).toEqual([['shop=north', null, 7], ['shop=south', null, 2]])
    expect(await stored('own_bucket', 'checkout.duration')).toEqual([['', '0.1..0.5', 3], ['', '1..Infinity', 1]])
    const span = { environmentId: t.environmentId, from: new Date(Date.now() - 120_000).toISOString(), until: new Date(Date.now() + 60_000).toISOString(), stepSeconds: 60 }
    const ask = async (measure: 'own_level' | 'own_p50', name: string) => (await t.call(metricQuery, { ...span, measure, name, serviceId: api.id, by: 'attributes' }, { as: t.as })).series.map(({ points }) => points.filter((point) => point !== null).at(-1))
    expect(await ask('own_level', 'carts.open')).toEqual([5])
    expect(await ask('own_level', 'temperature')).toEqual([-4.5])
    expect(await ask('own_p50', 'checkout.duration')).toEqual([expect.closeTo(0.367, 2)])
    const { items } = await t.call(metricNames, { environmentId: t.environmentId }, { as: t.as })
    expect(items.map(({ name, kind, unit, serviceId }) => [name, kind, unit, serviceId])).toEqual([
      ['carts.open', 'level', null, api.id], ['checkout.duration', 'spread', 's', api.id], ['jobs.cumulative', 'count', null, api.id], ['jobs.delta', 'count', null, api.id],
      ['orders', 'count', '{order}', api.id], ['temperature', 'level', 'Cel', api.id], ['wait.cumulative', 'spread', 's', api.id], ['wait.delta', 'spread', 's', api.id],
    ])
    // What came is the same however it is told: 3 and 4; 1 to 100 hundredths, 1 to 100, and a zero.
    for (const name of ['cumulative', 'delta']) {
      expect(await stored('own_count', `jobs.${name}`)).toEqual([['', null, 7]])
      const buckets = await stored('own_bucket', `wait.${name}`)
      expect([name, buckets.reduce((sum, [, , count]) => sum + (count as number), 0), buckets.find(([, bounds]) => bounds === '0..0')?.[2]]).toEqual([name, 201, 1])
      expect(buckets.find(([, bounds]) => bounds === '53.8174..64')?.[2]).toBe(11)
      // Between 0.84 and 1: of the first hundred 16, and the 1 of the second, as the upper bound belongs to a bucket.
      expect(buckets.find(([, bounds]) => bounds === '0.840896..1')?.[2]).toBe(17)
      const [half] = await ask('own_p50', `wait.${name}`)
      expect([name, half]).toEqual([name, expect.closeTo(1, 1)])
    }
    await expect(t.call(metricQuery, { ...span, measure: 'own_level' }, { as: t.as })).rejects.toMatchObject({ code: 'invalid_input' })
  }, 60_000)
})

describe('who may send', () => {
  it('is whoever has the token of a deployment, for its own service only', async () => {
    expect((await send('/v1/logs', { body: logsOf('mine'), token: other.token })).status).toBe(200)
    expect((await lines(other.id)).map(({ text }) => text)).toEqual(['mine'])
    const [, proof] = other.token.split('.')
    const wrong = [undefined, '', 'x', `${api.deploymentId}.${proof}`, `${other.deploymentId}.${proof!.slice(0, -2)}AA`, `dep_0000000000000000000000.${proof}`, `${other.token}x`, ` ${proof}`]
    const before = [(await lines(api.id)).length, (await lines(other.id)).length]
    for (const token of wrong) {
      for (const path of ['/v1/logs', '/v1/metrics', '/v1/traces']) {
        const answer = await send(path, { body: path === '/v1/logs' ? logsOf('not mine') : '{}', ...(token === undefined ? {} : { token }) })
        expect([token, path, answer.status]).toEqual([token, path, 401])
      }
    }
    expect([(await lines(api.id)).length, (await lines(other.id)).length]).toEqual(before)
    // Whatever a request says of itself, it is of the service whose token it shows.
    const claims = JSON.stringify({ resourceLogs: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'api' } }, { key: 'easel.deployment', value: { stringValue: api.deploymentId } }] }, scopeLogs: [{ logRecords: [{ body: { stringValue: 'claims' } }] }] }] })
    expect((await send('/v1/logs', { body: claims, token: other.token, headers: { authorization: `Bearer ${api.token}` } })).status).toBe(200)
    expect((await lines(other.id)).at(-1)).toMatchObject({ text: 'claims', deployment_id: other.deploymentId })
  })

  it('is nobody any more when the setting is taken back or the service is deleted, also after it was set again', async () => {
    const gone = await sending('gone')
    const { settings } = await t.call(serviceGet, { serviceId: gone.id }, { as: t.as })
    await t.call(serviceUpdate, { serviceId: gone.id, settings: { ...settings, openTelemetry: false } }, { as: t.as })
    expect((await send('/v1/logs', { body: logsOf('late'), token: gone.token })).status).toBe(401)
    const off = await deployed(gone.id)
    expect(Object.keys(off.env).filter((key) => key.startsWith('OTEL_'))).toEqual([])

    const again = await t.call(serviceGet, { serviceId: gone.id }, { as: t.as })
    await t.call(serviceUpdate, { serviceId: gone.id, settings: { ...again.settings, openTelemetry: true } }, { as: t.as })
    const fresh = await deployed(gone.id)
    expect((await send('/v1/logs', { body: logsOf('former token'), token: gone.token })).status).toBe(401)
    await t.call(serviceDelete, { serviceId: gone.id }, { as: t.as })
    expect((await send('/v1/logs', { body: logsOf('deleted'), token: fresh.token })).status).toBe(401)
  })

  it('is told nothing where its person has chosen another place', async () => {
    const { id } = await t.call(serviceCreate, { environmentId: t.environmentId, name: 'elsewhere', source: { type: 'local', path: (await t.service('source')).folder }, settings: { openTelemetry: true } }, { as: t.as })
    await t.call(variableReplace, { serviceId: id, variables: { OTEL_EXPORTER_OTLP_ENDPOINT: { value: 'https://collector.example.com' } } }, { as: t.as })
    const { env } = await deployed(id)
    expect(env).toMatchObject({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.com', OTEL_SERVICE_NAME: 'elsewhere' })
    expect(env).not.toHaveProperty('OTEL_EXPORTER_OTLP_HEADERS')
    const { platform } = await t.call(variableList, { serviceId: api.id }, { as: t.as })
    expect(platform.find(({ key }) => key === 'OTEL_EXPORTER_OTLP_HEADERS')?.value).toBe('a token of the deployment')
  })
})

describe('what is refused', () => {
  it('is what is no OTLP, too large, or sent to another place, and nothing ends the receiver', async () => {
    const { token } = other
    const statusOf = async (path: string, options: Parameters<typeof send>[1]) => (await send(path, { token, ...options })).status
    expect(await statusOf('/v1/logs', { body: '{' })).toBe(400)
    expect(await statusOf('/v1/logs', { body: '{"resourceLogs":{"a":1}}' })).toBe(400)
    expect(await statusOf('/v1/logs', { body: '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"soon"}]}]}]}' })).toBe(400)
    expect(await statusOf('/v1/logs', { body: `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${'{"arrayValue":{"values":['.repeat(20_000)}${']}}'.repeat(20_000)}}]}]}]}` })).toBeLessThan(500)
    expect(await statusOf('/v1/logs', { body: 'x', headers: { 'content-type': 'text/plain' } })).toBe(415)
    expect(await statusOf('/v1/logs', { body: '{}', headers: { 'content-encoding': 'br' } })).toBe(415)
    expect(await statusOf('/v1/logs', { body: new Uint8Array([1, 2, 3]), headers: { 'content-encoding': 'gzip' } })).toBe(400)
    expect(await statusOf('/v1/logs', { body: gzipSync(Buffer.alloc(40 * 1024 * 1024)), headers: { 'content-encoding': 'gzip' } })).toBe(413)
    expect(await statusOf('/v1/logs', { body: Buffer.alloc(5 * 1024 * 1024) })).toBe(413)
    // Two bytes each as they are sent: records that say nothing.
    const empty = Buffer.concat([Buffer.from([10]), varint(3_000_004), Buffer.from([18]), varint(3_000_000), Buffer.alloc(3_000_000, Buffer.from([18, 0]))])
    expect(await statusOf('/v1/logs', { body: empty })).toBe(413)
    expect(await statusOf('/v1/logs', { body: `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${'{},'.repeat(500_000)}{}]}]}]}` })).toBe(413)
    expect(await statusOf('/v2/logs', { body: '{}' })).toBe(404)
    expect((await fetch(`http://127.0.0.1:${receiver.port}/v1/logs`)).status).toBe(405)
    const traces = await send('/v1/traces', { body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{}, {}] }] }] }), token })
    expect([traces.status, await traces.json()]).toMatchObject([200, { partialSuccess: { rejectedSpans: '2' } }])
    expect(await statusOf('/v1/logs', { body: logsOf() })).toBe(200)
  })

  it('is whatever bytes there are: an answer comes, and never a fault of ours', async () => {
    const seen = new Set<number>()
    const whole = Buffer.from(writeMessage('LogsRequest', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'whole' }, traceId: randomBytes(16) }] }] }] }))
    const damaged = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => Buffer.concat([whole.subarray(0, at), Buffer.from([byte]), whole.subarray(at + 1)]))
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 200 }), damaged), fc.constantFrom('/v1/logs', '/v1/metrics', '/v1/traces'), fc.boolean(), async (bytes, path, isJson) => {
        const { status } = await send(path, { body: new Uint8Array(bytes), token: api.token, headers: { 'content-type': isJson ? 'application/json' : 'application/x-protobuf' } })
        seen.add(status)
        return status === 200 || status === 400
      }),
      { numRuns: 300 },
    )
    expect(seen).toContain(400)
    expect((await t.call(deploymentGet, { deploymentId: api.deploymentId }, { as: t.as })).status).toBe('active')
  })
})

describe('what is too much', () => {
  it('of lines is dropped, told to whom sent it, and said in the log', async () => {
    const flood = await sending('flood')
    const answer = await send('/v1/logs', { body: logsOf(...Array.from({ length: 1_000 }, (_, n) => `line ${n}`)), token: flood.token })
    const { partialSuccess } = (await answer.json()) as { partialSuccess: { rejectedLogRecords: string } }
    const dropped = Number(partialSuccess.rejectedLogRecords)
    expect(dropped).toBeGreaterThan(500)
    await expect.poll(async () => (await lines(flood.id)).filter(({ stream }) => stream === 'platform').reduce((sum, { attributes }) => sum + Number(attributes!.droppedLines), 0), { timeout: 10_000 }).toBe(dropped)
    expect((await lines(flood.id)).filter(({ stream }) => stream === 'stdout')).toHaveLength(1_000 - dropped)
  })

  it('of series is refused, and what there was goes on', async () => {
    const many = await sending('many')
    const points = (count: number) => JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'by.user', gauge: { dataPoints: Array.from({ length: count }, (_, n) => ({ timeUnixNano: `${Date.now()}000000`, asInt: String(n), attributes: [{ key: 'user', value: { stringValue: `u${n}` } }] })) } }] }] }] })
    const sent = async (count: number) => ((await (await send('/v1/metrics', { body: points(count), token: many.token })).json()) as { partialSuccess?: { rejectedDataPoints: string } }).partialSuccess?.rejectedDataPoints
    expect(await sent(120)).toBeUndefined()
    expect(await sent(160)).toBe('40')
    expect(await sent(10)).toBeUndefined()
    expect((await lines(many.id)).map(({ text }) => text)).toEqual([expect.stringContaining('40 points of metrics were refused')])
    // A receiver that begins anew knows what there was.
    const second = await startReceiver({ db: t.database.db, seal: t.platform.seal, log, mostSeries: 120 }, { host: '127.0.0.1', port: 0 })
    const answer = await fetch(`http://127.0.0.1:${second.port}/v1/metrics`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-easel-otlp-token': many.token }, body: points(121) })
    expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedDataPoints: '1' } })
    await second.close()
  })

  it('while the database is away is put off: the sender is told when to come again', async () => {
    const away = new Proxy(t.database.db, { get: (db, key, self) => (key === 'transaction' ? () => Promise.reject(new Error('The database is away.')) : Reflect.get(db, key, self)) }) as typeof t.database.db
    const second = await startReceiver({ db: away, seal: t.platform.seal, log }, { host: '127.0.0.1', port: 0 })
    const before = (await lines(api.id)).length
    for (const [path, body] of [['/v1/logs', logsOf('put off')], ['/v1/metrics', JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'g', gauge: { dataPoints: [{ asInt: 1 }] } }] }] }] })]] as const) {
      const answer = await fetch(`http://127.0.0.1:${second.port}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-easel-otlp-token': api.token }, body })
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
    }
    await second.close()
    expect((await lines(api.id)).length).toBe(before)
  })
})
