import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { environmentTraffic } from '../../lib/contract/traffic'
import { newestPoint } from '../../lib/domain/http-figures'
import { log } from '../../lib/log'
import { afterwards, ask, cleanUp, route, until, workload } from '../../lib/provisioning/ingress/conformance/stage'
import { startIngress } from '../../lib/provisioning/ingress/embedded/start-ingress'
import { embeddedIngress } from '../../lib/provisioning/ingress/embedded-client'
import type { AccessLine, HttpCount, LinkCount, Telemetry } from '../../lib/provisioning/ingress/telemetry'
import { followHttp } from '../../lib/worker/http-telemetry'
import { engineForTest, type TestEngine } from '../harness/engine'

let t: TestEngine
let api: { id: string }
let deploymentId: string
/** The time of what is counted here: complete, and the newest on the canvas. */
let at: number

beforeEach(async () => {
  t = await engineForTest()
  api = await t.service('api')
  deploymentId = await t.deploy(api)
  await t.settle()
  t.clock.now = new Date(t.engine.now())
  at = newestPoint(t.clock.now)
})
afterEach(() => t.close())

const counted = { requests: 2, errors: 1, bytesIn: 10, bytesOut: 300, latency: { '32': 2 } }
const count = (over: Partial<HttpCount> = {}): HttpCount => ({ ...counted, at, serviceId: api.id, deploymentId, route: '/orders/{id}', method: 'GET', status: '2xx', ...over })
const link = (from: string, to: string): LinkCount => ({ ...counted, at, from, to })
const line = (over: Partial<AccessLine> = {}): AccessLine => ({
  at,
  serviceId: api.id,
  deploymentId,
  replica: '0',
  method: 'GET',
  path: '/orders/1',
  route: '/orders/{id}',
  status: 200,
  outcome: 'answered',
  durationMs: 12.34,
  firstByteMs: 11,
  bytesIn: 0,
  bytesOut: 300,
  client: '10.0.0.7',
  requestId: 'req_1',
  ...over,
})
const portion = (seq: number, over: Partial<Telemetry> = {}, epoch = 'one'): Telemetry => ({ epoch, seq, counts: [], links: [], lines: [], dropped: [], ...over })
const lines = () => t.database.sql`select * from log_lines where kind = 'http' order by id`
const take = () => followHttp(t.engine).take()
const requestsKept = async () => (await t.database.sql<{ sum: number }[]>`select coalesce(sum(p.value), 0)::int as sum from metric_points p join metric_series s on s.id = p.series_id where s.measure = 'requests'`)[0]!.sum
const traffic = () => t.call(environmentTraffic, { environmentId: t.environmentId }, { as: t.as })

it('stores a request as a line with what is known of it', async () => {
  t.ingress.seen = [portion(1, { lines: [line(), line({ status: 404 }), line({ status: 503, deploymentId: null, replica: null, outcome: 'page' }), line({ outcome: 'broke_off' })] })]
  await take()
  expect(await lines()).toMatchObject([
    { environment_id: t.environmentId, service_id: api.id, deployment_id: deploymentId, part: '0', stream: 'stdout', level: 3, text: 'GET /orders/1 200 12 ms', message: 'GET /orders/1 200 12 ms', attributes: { method: 'GET', path: '/orders/1', route: '/orders/{id}', status: 200, durationMs: 12.34, bytesIn: 0, bytesOut: 300, client: '10.0.0.7', requestId: 'req_1', replica: '0' } },
    { level: 4 },
    { level: 5, deployment_id: null, attributes: { outcome: 'page' } },
    { level: 5, attributes: { status: 200, outcome: 'broke_off' } },
  ])
})

it('says how many lines were left out', async () => {
  t.ingress.seen = [portion(1, { dropped: [{ serviceId: api.id, from: at, until: at + 900, lines: 4210 }] })]
  await take()
  expect(await lines()).toMatchObject([{ stream: 'platform', level: 4, text: expect.stringContaining('4,210 access lines dropped in this second'), attributes: { dropped: 4210 } }])
})

it('stores every portion once: a worker that died before it had stored one gets it again, one that died after it does not', async () => {
  t.ingress.seen = [portion(1, { counts: [count()], lines: [line()] })]
  const dying = { ...t.engine, db: new Proxy(t.engine.db, { get: (db, key, self) => (key === 'transaction' ? () => Promise.reject(new Error('The worker is dead.')) : Reflect.get(db, key, self)) }) as typeof t.engine.db }
  await expect(followHttp(dying).take()).rejects.toThrow('dead')
  expect(await lines()).toHaveLength(0)
  await take()
  await take()
  expect(await lines()).toHaveLength(1)
  expect(await requestsKept()).toBe(2)
  t.ingress.seen.push(portion(2, { lines: [line({ requestId: 'req_2' })], counts: [count()] }))
  await Promise.all([take(), take()].map((round) => round.catch(() => {})))
  await take()
  expect((await lines()).map(({ attributes }) => attributes.requestId)).toEqual(['req_1', 'req_2'])
  expect(await requestsKept()).toBe(4)
})

it('goes on with an ingress that has begun anew, whose numbers are small again', async () => {
  t.ingress.seen = [portion(7, { lines: [line()] })]
  await take()
  t.ingress.seen = [portion(1, { lines: [line({ requestId: 'req_2' })] }, 'two')]
  await take()
  await take()
  expect(await lines()).toHaveLength(2)
})

it('has every request once while workers die and the ingress is started again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  afterwards(() => rmSync(folder, { recursive: true }))
  const { target } = await workload((_, response) => void response.end('ok'), deploymentId)
  const start = () => startIngress({ host: '127.0.0.1', port: 0, adminSocket: join(folder, 'admin.sock'), tableFile: join(folder, 'table.json'), log })
  const ingress = embeddedIngress(join(folder, 'admin.sock'))
  const follower = () => followHttp({ ...t.engine, ingress })
  const stored = async () => (await lines()).map(({ attributes }) => attributes.path as string)
  // What is told of a request is told once its answer is fully sent, which its client may know first.
  const takeUntil = (count: number) => until(async () => (await follower().take(), await stored()), (paths) => paths.length >= count)
  let running = await start()
  await ingress.publish({ version: 1, routes: [route({ serviceId: api.id, targets: [target] })] }, new AbortController().signal)
  await ask(running.port, { path: '/one' })
  await takeUntil(1)
  await ask(running.port, { path: '/two' })
  const deaf = { ...ingress, telemetry: async (...asked: Parameters<typeof ingress.telemetry>) => (await ingress.telemetry(...asked), Promise.reject(new Error('The worker is dead.'))) }
  await expect(followHttp({ ...t.engine, ingress: deaf }).take()).rejects.toThrow('dead')
  await ask(running.port, { path: '/three' })
  await takeUntil(3)
  await running.close()
  running = await start()
  try {
    await ask(running.port, { path: '/four' })
    expect(await takeUntil(4)).toEqual(['/one', '/two', '/three', '/four'])
    await follower().take()
    expect(await stored()).toHaveLength(4)
  } finally {
    await running.close()
    await cleanUp()
  }
})

it('keeps nothing of services that are gone, and what is around it all the same', async () => {
  t.ingress.seen = [portion(1, { counts: [count({ serviceId: 'svc_gone' }), count()], lines: [line({ serviceId: 'svc_gone' }), line()], dropped: [{ serviceId: 'svc_gone', from: at, until: at, lines: 1 }] })]
  await take()
  expect(await lines()).toHaveLength(1)
  expect(await requestsKept()).toBe(2)
})

it('knows that nothing came where nothing came', async () => {
  await take()
  expect(await t.database.sql`select p.value from metric_points p join metric_series s on s.id = p.series_id where s.measure = 'requests' and s.service_id = ${api.id}`).toEqual([{ value: 0 }])
})

it('counts by route, method, status and deployment, and adds up what comes in parts', async () => {
  t.ingress.seen = [portion(1, { counts: [count(), count({ deploymentId: '', status: '5xx' })] }), portion(2, { counts: [count()] })]
  await take()
  const series = await t.database.sql`select s.route, s.status, s.deployment_id, p.value from metric_points p join metric_series s on s.id = p.series_id where s.measure = 'requests' and p.value > 0 order by s.status`
  expect(series).toEqual([
    { route: 'GET /orders/{id}', status: '2xx', deployment_id: deploymentId, value: 4 },
    { route: 'GET /orders/{id}', status: '5xx', deployment_id: null, value: 2 },
  ])
})

it('gives the canvas the figures of services and of links whose caller is known', async () => {
  const web = await t.service('web')
  t.ingress.seen = [portion(1, { counts: [count(), count({ method: 'POST' })], links: [link(web.id, api.id), link('', api.id), link('svc_elsewhere', api.id)] })]
  await take()
  const seen = await traffic()
  expect(seen.services).toMatchObject([{ serviceId: api.id, requestsPerSecond: 0.27, errorShare: 0.5, p95Ms: 7.7 }])
  expect(seen.services[0]!.curve.slice(-2)).toEqual([0, 4])
  expect(seen.links).toMatchObject([{ from: web.id, to: api.id, requestsPerSecond: 0.13, errorShare: 0.5 }])
  // Neither those that could not be told apart nor those of other environments are named.
  expect(seen.unknown).toMatchObject([{ to: api.id, requestsPerSecond: 0.27 }])
  t.clock.now = new Date(t.clock.now.getTime() + 60_000)
  expect(await traffic()).toMatchObject({ services: [{ requestsPerSecond: 0, p95Ms: null }], links: [{ requestsPerSecond: 0 }] })
  t.clock.now = new Date(t.clock.now.getTime() + 300_000)
  expect(await traffic()).toEqual({ services: [], links: [], unknown: [] })
  await take()
  expect(await t.database.sql`select * from http_recent`).toHaveLength(0)
})
