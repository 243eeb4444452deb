import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'

import type { Actor } from '../../lib/auth/actor'
import { authenticateBearer } from '../../lib/auth/authenticate'
import { metricNames, metricQuery } from '../../lib/contract/metric'
import { projectCreate } from '../../lib/contract/project'
import { serviceCreate } from '../../lib/contract/service'
import { newId } from '../../lib/ids'
import { log } from '../../lib/log'
import { makeScraper, type Scraper } from '../../lib/worker/scrape'
import { platformForTest, type TestPlatform } from '../harness/platform'

// Replicas that tell metrics of their own are asked for them: real answers of a real server, and the clock is moved.

let t: TestPlatform
let as: Actor
let environmentId: string
let program: Server
let answer: (response: ServerResponse, path: string) => void
let asked: string[] = []
const never = new AbortController().signal

beforeAll(async () => {
  t = await platformForTest()
  const owner = await t.owner()
  as = await authenticateBearer(t.platform, `Bearer ${owner.accessToken}`)
  program = createServer((request, response) => {
    asked.push(request.url!)
    answer(response, request.url!)
  })
  await new Promise<void>((done) => program.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  program.closeAllConnections()
  program.close()
  await t.close()
})
beforeEach(async () => {
  await t.database.sql`delete from workloads`
  await t.database.sql`delete from metric_scrapes`
  environmentId = (await t.call(projectCreate, { name: `Shop ${newId('request').slice(-6)}` }, { as })).environments[0]!.id
  asked = []
})

/** A service with replicas that run, as far as tables say. */
async function running(name: string, { metricsPath = '/metrics' as string | null, replicas = 1, port = (program.address() as AddressInfo).port } = {}): Promise<string> {
  const { id } = await t.call(serviceCreate, { environmentId, name, source: { type: 'template', template: 'node-service' } }, { as })
  const deploymentId = newId('deployment')
  const spec = JSON.stringify({ source: {}, settings: { metricsPath } })
  await t.database.sql`insert into deployments (id, service_id, number, status, trigger, spec, variables_sealed, config_revision) values (${deploymentId}, ${id}, 1, 'active', 'manual', ${spec}::text::jsonb, '', 1)`
  for (let part = 0; part < replicas; part++) {
    const address = JSON.stringify({ host: '127.0.0.1', port })
    await t.database.sql`insert into workloads (name, environment_id, service_id, deployment_id, part, generation, phase, health, address, started_at, first_seen_at, changed_at, observed_at) values (${`${deploymentId}-${part}`}, ${environmentId}, ${id}, ${deploymentId}, ${String(part)}, 1, 'running', 'healthy', ${address}::text::jsonb, '2026-01-01', now(), now(), now())`
  }
  return id
}
const scraper = (over: object = {}): Scraper => makeScraper({ db: t.database.db, log, now: () => t.clock.now }, over)
const tick = (seconds: number) => void (t.clock.now = new Date(t.clock.now.getTime() + seconds * 1_000))
const names = () => t.call(metricNames, { environmentId }, { as })
const stored = async (serviceId: string) =>
  (await t.database.sql<{ name: string; part: string | null; attributes: string; bucket: string | null; value: number }[]>`
    select s.name, s.part, s.attributes, s.bucket, sum(p.value)::float8 as value from metric_points p join metric_series s on s.id = p.series_id where s.service_id = ${serviceId} group by 1, 2, 3, 4 order by 1, 2, 3, 4`).map(({ name, part, attributes, bucket, value }) => [name, part, attributes, bucket, value])

it('keeps what replicas tell: levels of each, counts of all together, and buckets', async () => {
  let orders = 5
  answer = (response) => response.end(`# TYPE orders_total counter\norders_total{shop="north"} ${(orders += 2)}\n# TYPE depth gauge\ndepth -3\n# TYPE took_seconds histogram\ntook_seconds_bucket{le="0.5"} ${orders}\ntook_seconds_bucket{le="+Inf"} ${orders + 1}\n`)
  const id = await running('api', { replicas: 2 })
  await running('quiet', { metricsPath: null })
  const own = scraper()
  for (let turn = 0; turn < 3; turn++) {
    await own.round(never)
    tick(15)
  }
  expect(asked).toEqual(Array.from({ length: 6 }, () => '/metrics'))
  // Six answers of two replicas that share one counter here: each saw it rise by 4 twice.
  expect(await stored(id)).toEqual([
    ['depth', '0', '', null, expect.any(Number)], ['depth', '1', '', null, expect.any(Number)],
    ['orders_total', null, 'shop=north', null, 16],
    ['took_seconds', null, '', '0..0.5', 16],
  ])
  const { items, scrapes } = await names()
  expect(items.map(({ name, kind, unit }) => [name, kind, unit])).toEqual([['depth', 'level', null], ['orders_total', 'count', null], ['took_seconds', 'spread', 's']])
  expect(scrapes.map(({ part, samples, problem, leftOut }) => [part, samples, problem, leftOut])).toEqual([['0', 4, null, null], ['1', 4, null, null]])
  const until = new Date(t.clock.now.getTime() + 60_000).toISOString()
  const { series } = await t.call(metricQuery, { environmentId, measure: 'own_level', name: 'depth', by: 'attributes', from: new Date(t.clock.now.getTime() - 300_000).toISOString(), until, stepSeconds: 60, serviceId: id }, { as })
  // Nobody wants to know the temperature of two rooms together.
  expect(series.map(({ labels, points }) => [labels.part, points.filter((point) => point !== null).every((point) => point === -3)]).sort()).toEqual([['0', true], ['1', true]])
})

it('counts on after a pause, a restart of the program, and a worker that begins anew, and takes nothing twice', async () => {
  let total = 100
  answer = (response) => response.end(`jobs_total ${total}\n`)
  const id = await running('api')
  const sum = async () => ((await stored(id))[0]?.[4] as number | undefined) ?? 0
  const first = scraper()
  const look = async (own: Scraper, value: number) => {
    total = value
    await own.round(never)
    tick(15)
  }
  await look(first, 100)
  expect(await sum()).toBe(0)
  await look(first, 104)
  expect(await sum()).toBe(4)
  // It began anew without anybody having seen it end.
  await look(first, 3)
  expect(await sum()).toBe(7)
  tick(300)
  await look(first, 50)
  expect(await sum()).toBe(7)
  await look(first, 51)
  expect(await sum()).toBe(8)
  const second = scraper()
  await look(second, 60)
  await look(second, 62)
  expect(await sum()).toBe(10)
})

it.each<[string, typeof answer, string]>([
  ['another page', (response) => response.end('<!doctype html><h1>Shop</h1>'), 'GET /metrics was answered with something else than metrics. Line 1 is no metric: it begins with “<!doctype html><h1>Shop</h1>”.'],
  ['no such page', (response) => response.writeHead(404).end('no'), 'GET /metrics was answered with 404 Not Found. Set the path at which the program tells its metrics.'],
  ['a way elsewhere', (response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(), 'GET /metrics was answered with 302 Found.'],
  ['a closed door', (response) => response.writeHead(401).end(), 'GET /metrics was answered with 401 Unauthorized. Metrics are asked for without signing in.'],
  ['silence', () => {}, 'GET /metrics was not answered within 0.3 seconds.'],
  ['a broken connection', (response) => void response.socket!.destroy(), 'GET /metrics: the connection was closed before it was answered.'],
  ['no end', (response) => void response.write('a'.repeat(5 * 1024 * 1024)), 'GET /metrics was answered with more than 4 MiB. Tell fewer metrics there.'],
])('says what it found: %s', async (_, given, problem) => {
  answer = given
  const id = await running('api')
  await scraper({ timeoutMs: 300 }).round(never)
  expect((await names()).scrapes).toMatchObject([{ serviceId: id, part: '0', samples: 0, problem, leftOut: null }])
  expect(await stored(id)).toEqual([])
})

it('says that nothing listens, and forgets it when the service is asked no more', async () => {
  const id = await running('api', { port: 1 })
  await scraper().round(never)
  expect((await names()).scrapes).toMatchObject([{ serviceId: id, problem: 'GET /metrics: nothing listens at the port of the service.' }])
  tick(200)
  expect((await names()).scrapes).toEqual([])
})

it('bounds what is kept, says what was left out, and keeps the others', async () => {
  const wide = Array.from({ length: 12 }, (_, n) => `l${n}="v"`).join(',')
  answer = (response) => response.end(`wide{${wide}} 1\n${Array.from({ length: 10_050 }, (_, n) => `by_user{user="u${n}"} 1`).join('\n')}\n`)
  const id = await running('api')
  const other = await running('other')
  await scraper({ mostSeries: 30 }).round(never)
  const { scrapes } = await names()
  expect(scrapes.find(({ serviceId }) => serviceId === id)).toMatchObject({ samples: 10_000, problem: null, leftOut: 'Left out: 51 of its samples, because 10,000 are read at once; labels of 1 samples, of which 10 each are kept; 9,970 points, because a service may have 30 series of its own in a day.' })
  expect(await stored(id)).toHaveLength(30)
  expect(await stored(other)).toHaveLength(30)
})
