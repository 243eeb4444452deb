import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Actor } from '../../lib/auth/actor'
import { authenticateBearer } from '../../lib/auth/authenticate'
import { metricQuery } from '../../lib/contract/metric'
import { serviceCreate } from '../../lib/contract/service'
import { record, type MetricSample } from '../../lib/db/queries/engine/metrics'
import type { Grouping, Measure } from '../../lib/domain/metric/measure'
import { EXPOSITION_TYPE } from '../../lib/http/prometheus/exposition'
import { scrape, scrapeSamples } from '../../lib/http/prometheus/scrape'
import { executeEntry } from '../../lib/operations/execute'
import { dataPaths } from '../../lib/provisioning/paths'
import { askRange } from '../../lib/telemetry/prometheus/ask'
import { packMetrics } from '../../lib/telemetry/metric/pack'
import { writePrometheusTargets } from '../../lib/worker/prometheus-targets'
import { platformForTest, type TestPlatform } from '../harness/platform'
import { orNamed, prometheusVersion, startPrometheus, type TestPrometheus } from '../harness/prometheus'
import { until } from '../harness/until'

// Forty minutes pass while a real Prometheus scrapes us: every time it comes it is told all it would have been told in four minutes, in which it would have come
// every ten seconds. It has nothing but that, and is then asked for the same as our own store.

const OPERATOR = 'a token of the operator'
const STEPS = 240
const STEP_MS = 10_000
const STEPS_AT_ONCE = 24

let t: TestPlatform
let as: Actor
let environmentId: string
let otherId: string
let api: string
let database: string
let server: Server
let folder: string
let prometheus: TestPrometheus
let beganMs: number

beforeAll(async () => {
  if (prometheusVersion === null) return
  t = await platformForTest()
  const owner = await t.owner()
  environmentId = (await t.project(owner)).environmentId
  otherId = (await t.project(owner, 'Other')).environmentId
  const create = async (name: string) => (await t.call(serviceCreate, { environmentId, name, source: { type: 'template', template: 'node-service' } }, { as: owner })).id
  api = await create('api')
  database = await create('db')
  as = await authenticateBearer(t.platform, `Bearer ${owner.accessToken}`)
  beganMs = Math.floor(Date.now() / 60_000) * 60_000 - 45 * 60_000
  t.clock.now = new Date(beganMs)
  folder = await mkdtemp(join(tmpdir(), 'easel-targets-'))
  const told = await toTell()
  server = createServer((request, response) => {
    const asked = new Request(`http://localhost${request.url}`, { headers: request.headers as Record<string, string> })
    const isSamples = request.url === '/metrics/samples' && told.length > 0
    // What did not arrive is told again.
    if (isSamples) response.once('finish', () => void told.shift())
    const answer = isSamples ? Promise.resolve(new Response(told[0], { headers: { 'content-type': EXPOSITION_TYPE } })) : request.url === '/metrics/samples' ? scrapeSamples(t.platform, asked, OPERATOR) : scrape(t.platform, asked, OPERATOR)
    void answer.then(async (answered) => response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text()), (error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const config = { publicUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, prometheusTargets: null } as never
  const paths = dataPaths(folder)
  await writePrometheusTargets({ paths, config })
  prometheus = await startPrometheus({ interval: '500ms', scrapes: `  - job_name: easel\n    authorization: { credentials: ${JSON.stringify(OPERATOR)} }\n    file_sd_configs: [{ files: [${JSON.stringify(paths.prometheusTargets)}] }]\n` })
  await until('all of it to be scraped', async () => told.length === 0 && (await settled()), 90_000)
}, 120_000)
afterAll(async () => {
  if (prometheusVersion === null) return
  await prometheus.stop()
  server.close()
  await t.close()
  await rm(folder, { recursive: true, force: true })
})

/** What would be told while forty minutes go by, four minutes in one piece. */
async function toTell(): Promise<string[]> {
  const asked = new Request('http://localhost/metrics/samples', { headers: { authorization: `Bearer ${OPERATOR}` } })
  const told: string[] = []
  for (let step = 0; step < STEPS; step++) {
    await record(t.database.db, samplesAt(step, beganMs + step * STEP_MS))
    t.clock.now = new Date(beganMs + (step + 1) * STEP_MS)
    if (step % 30 === 29) await packMetrics(t.database.db, t.clock.now)
    const piece = Math.floor(step / STEPS_AT_ONCE)
    told[piece] = (told[piece] ?? '') + (await (await scrapeSamples(t.platform, asked, OPERATOR)).text())
  }
  return told
}

/** Whether it has the samples of a step that is old enough. */
async function settled(): Promise<boolean> {
  const at = (beganMs + (STEPS - 4) * STEP_MS) / 1_000
  return (await prometheus.read(`easel_sample_cpu{environment_id="${environmentId}"} @ ${at}`)).length > 0
}

/** What a service does: a version is replaced in the middle, nobody measures for five minutes, a route is asked for the first time, few answers fail. */
function samplesAt(now: number, atMs: number): MetricSample[] {
  if (now >= 90 && now < 120) return []
  const at = new Date(atMs)
  const deploymentId = now < 151 ? 'dep_one' : 'dep_two'
  const labels = { environmentId, serviceId: api, deploymentId }
  const part = (index: number): MetricSample[] => [
    { at, labels: { ...labels, part: String(index) }, measure: 'cpu', value: 100 * (index + 1) + (now * 37) % 91, limit: 1_000 },
    { at, labels: { ...labels, part: String(index) }, measure: 'network_in', value: 1_000 + (now * 17) % 300 },
    { at, labels: { ...labels, part: String(index) }, measure: 'restarts', value: now % 50 === 7 ? 1 : 0 },
  ]
  const requests = (route: string, status: string, count: number): MetricSample[] => {
    const of = { at, labels: { ...labels, route, status } }
    return [{ ...of, measure: 'requests', value: count }, { ...of, measure: 'errors', value: status === '5xx' ? count : 0 }, { ...of, measure: 'latency', buckets: [[20, count], [200, now % 3], [1_000, now % 7 === 0 ? 1 : 0]] }]
  }
  return [
    ...part(0),
    ...part(1),
    { at, labels: { environmentId, serviceId: api }, measure: 'requests', value: 0 },
    ...(now % 2 === 0 ? requests('GET /', '2xx', 10 + (now % 5)) : []),
    ...(now > 60 && now % 20 === 0 ? requests('GET /rare', '5xx', 1) : []),
    ...(now % 6 === 0 ? [{ at, labels: { environmentId, serviceId: database }, measure: 'db_connections' as const, value: 5 + (now % 7), limit: 100 }, { at, labels: { environmentId, serviceId: database }, measure: 'db_lookups' as const, value: 1_000 }, { at, labels: { environmentId, serviceId: database }, measure: 'db_misses' as const, value: now % 90 }] : []),
    { at, labels: { environmentId: otherId, serviceId: 'svc_other' }, measure: 'cpu', value: 999 },
  ]
}

type Ask = { measure: Measure; by?: Grouping; take?: 'mean' | 'highest' | 'lowest'; stepSeconds: number; last?: number }

async function query({ last = 45 * 60, ...ask }: Ask, url: string | null, of = environmentId) {
  const untilMs = beganMs + STEPS * STEP_MS
  const platform = { ...t.platform, config: { ...t.platform.config, prometheus: url === null ? null : { url, token: undefined } } }
  return executeEntry(platform, metricQuery, { environmentId: of, by: 'total', take: 'mean', from: new Date(untilMs - last * 1_000).toISOString(), until: new Date(untilMs).toISOString(), ...ask }, { actor: as, requestId: 'req_test', ip: null })
}

/** The points of one answer beside those of another, by line: how many are there in both, and the largest difference as a share. */
function compared(own: Awaited<ReturnType<typeof query>>, remote: Awaited<ReturnType<typeof query>>) {
  const keyOf = ({ labels }: { labels: Record<string, string> }) => JSON.stringify(Object.entries(labels).sort())
  expect(remote.series.map(keyOf).sort()).toEqual(own.series.map(keyOf).sort())
  const differences: number[] = []
  let gaps = 0
  for (const line of own.series) {
    const other = remote.series.find((each) => keyOf(each) === keyOf(line))!
    expect(other.limit).toEqual(line.limit)
    for (const [index, point] of line.points.entries()) {
      const there = other.points[index]!
      if ((point === null) !== (there === null)) gaps++
      else if (point !== null) differences.push(Math.abs(point - there!) / Math.max(1e-9, Math.abs(point), Math.abs(there!)))
    }
  }
  return { gaps, largest: Math.max(...differences), mean: differences.reduce((a, b) => a + b, 0) / differences.length, points: differences.length }
}

describe.skipIf(prometheusVersion === null)(`what ${orNamed} keeps of our samples`, () => {
  it.each<Ask>([
    { measure: 'cpu', by: 'total', stepSeconds: 60 },
    { measure: 'cpu', by: 'part', stepSeconds: 300 },
    { measure: 'cpu', by: 'deployment', take: 'highest', stepSeconds: 300 },
    { measure: 'network_in', by: 'total', stepSeconds: 60 },
    { measure: 'restarts', by: 'service', stepSeconds: 600 },
    { measure: 'requests', by: 'status', stepSeconds: 300 },
    { measure: 'requests', by: 'route', stepSeconds: 600 },
    { measure: 'errors', by: 'total', stepSeconds: 600 },
    { measure: 'latency_p95', by: 'service', stepSeconds: 300 },
    { measure: 'db_connections', by: 'service', stepSeconds: 300 },
    { measure: 'db_cache_hits', by: 'service', stepSeconds: 600 },
  ])('is answered as our own store answers $measure by $by in steps of $stepSeconds s', async (ask) => {
    const found = compared(await query(ask, null), await query(ask, prometheus.url))
    expect(found).toMatchObject({ gaps: 0, points: expect.toSatisfy((points: number) => points > 3) })
    // Levels are the same; of counts, how long they were measured in a step with a gap is known to within ten seconds.
    expect(found.mean).toBeLessThan(0.02)
    expect(found.largest).toBeLessThan(0.15)
  })

  it('was found by the file that the worker writes, and has the platform besides', async () => {
    const up = await prometheus.read('up')
    expect(up.map(({ metric, value }) => [metric.easel, value[1]]).sort()).toEqual([['platform', '1'], ['samples', '1']])
    expect(await prometheus.read('easel_database_bytes')).toHaveLength(1)
  })

  it('is asked for the environment that was authorised, and for nothing of the last minutes', async () => {
    const own = await query({ measure: 'cpu', by: 'service', stepSeconds: 60 }, prometheus.url)
    expect(own.series.map(({ labels }) => labels.serviceId)).toEqual([api])
    expect((await query({ measure: 'cpu', by: 'service', stepSeconds: 60 }, prometheus.url, otherId)).series.map(({ labels }) => labels.serviceId)).toEqual(['svc_other'])
    // Nobody is there.
    expect((await query({ measure: 'cpu', stepSeconds: 10, last: 240 }, 'http://127.0.0.1:1')).series[0]!.points.filter((point) => point !== null)).toHaveLength(24)
  })
})

describe('a server that keeps our samples', () => {
  let other: Server
  let answer: { status: number; body: string }
  let heard: { authorization: string | undefined; url: string | undefined; form: URLSearchParams }
  const address = () => `127.0.0.1:${(other.address() as AddressInfo).port}`
  const ask = (url: string, token?: string) => askRange({ url, token }, 'x', { fromMs: 60_000, untilMs: 180_000, stepSeconds: 60 })

  beforeAll(async () => {
    other = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      heard = { authorization: request.headers.authorization, url: request.url, form: new URLSearchParams(Buffer.concat(chunks).toString()) }
      response.writeHead(answer.status, { location: 'http://127.0.0.1:1/' }).end(answer.body)
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => void other.close())

  it('is asked at the ends of steps, below the path of its address, with the name and password of it or a token', async () => {
    answer = { status: 200, body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } }) }
    await ask(`http://me:se%20cret@${address()}/prometheus/`)
    expect(heard).toMatchObject({ url: '/prometheus/api/v1/query_range', authorization: `Basic ${Buffer.from('me:se cret').toString('base64')}` })
    expect(Object.fromEntries(heard.form)).toMatchObject({ query: 'x', start: '120', end: '180', step: '60' })
    await ask(`http://${address()}`, 'a-token')
    expect(heard.authorization).toBe('Bearer a-token')
  })

  it('is told of in words, without what nobody may read, whatever it does instead of answering', async () => {
    const said = (given: typeof answer) => {
      answer = given
      return ask(`http://me:secret@${address()}/x`).then(() => 'an answer', (error: Error) => error.message)
    }
    const words = [
      await said({ status: 401, body: 'no' }),
      await said({ status: 422, body: JSON.stringify({ status: 'error', errorType: 'execution', error: 'query processing would load too many samples' }) }),
      await said({ status: 200, body: '<html>' }),
      await said({ status: 302, body: '' }),
      await said({ status: 200, body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [['x', 1]] }] } }) }),
      await ask('http://me:secret@127.0.0.1:1').then(() => 'an answer', (error: Error) => error.message),
    ]
    expect(words).toEqual([
      expect.stringContaining('does not let Easel in (401)'),
      expect.stringContaining('answered: query processing would load too many samples. Of the last minutes'),
      expect.stringContaining('answered with 200 and nothing that a Prometheus says'),
      expect.stringContaining('cannot be reached'),
      expect.stringContaining('nothing that a Prometheus says'),
      expect.stringContaining('The Prometheus server at http://127.0.0.1:1 cannot be reached. Of the last minutes'),
    ])
    for (const each of words) expect(each).not.toContain('secret')
  })
})
