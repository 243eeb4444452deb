import { afterAll, beforeAll, expect, it } from 'vitest'

import { metricPlatform } from '../../lib/contract/metric'
import { record, removeMetricsOfGone } from '../../lib/db/queries/engine/metrics'
import { addTiming, noTimings } from '../../lib/domain/timings'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'
import { strangerTo } from '../harness/possessions'

let t: TestPlatform
let owner: SignedIn
let environmentId: string

beforeAll(async () => {
  t = await platformForTest()
  owner = await t.owner()
  environmentId = (await t.project(owner)).environmentId
})
afterAll(() => t.close())

const AT = Date.parse('2026-03-01T12:00:03Z')
const at = (seconds: number) => new Date(AT + seconds * 1000)
const points = async () =>
  (await t.database.sql`select s.measure, s.bucket, s.service_id, extract(epoch from p.at)::int - ${Math.floor(AT / 1000) - 3}::int as s, p.value from metric_points p join metric_series s on s.id = p.series_id order by s.measure, s.bucket, s.service_id, p.at`).map(
    ({ measure, bucket, service_id: service, s, value }) => [measure, bucket ?? service, s, value].join(' '),
  )

it('adds up counts of the same ten seconds, and keeps the last of levels', async () => {
  const labels = { environmentId, serviceId: 'svc_a' }
  await record(t.database.db, [
    { measure: 'requests', labels, at: at(0), value: 2 },
    { measure: 'requests', labels, at: at(2), value: 3 },
    { measure: 'memory', labels, at: at(0), value: 100, limit: 400 },
    { measure: 'memory', labels: { environmentId, serviceId: 'svc_b' }, at: at(0), value: 7 },
    { measure: 'latency', labels, at: at(0), buckets: [[2, 0], [5, 4]] },
  ])
  await record(t.database.db, [
    { measure: 'requests', labels, at: at(4), value: 1 },
    { measure: 'requests', labels, at: at(8), value: 0 },
    { measure: 'memory', labels, at: at(4), value: 90, limit: 500 },
    { measure: 'latency', labels, at: at(4), buckets: [[2, 1], [5, 1], [600_000, 2]] },
    { measure: 'cpu', labels, at: at(4), value: Number.NaN },
  ])
  expect(await points()).toEqual(['latency 2 0 1', 'latency 5 0 5', 'latency 600000 0 2', 'memory svc_a 0 90', 'memory svc_b 0 7', 'requests svc_a 0 6', 'requests svc_a 10 0'])
  const [series] = await t.database.sql`select "limit" from metric_series where measure = 'memory' and service_id = 'svc_a'`
  expect(series!.limit).toBe(500)
})

it('lets any number of writers write the same at once', async () => {
  const labels = { environmentId, serviceId: 'svc_many' }
  const samples = Array.from({ length: 40 }, (_, index) => ({ measure: 'errors' as const, labels: { ...labels, route: `/${(index * 7) % 40}` }, at: at(0), value: 1 }))
  await Promise.all(Array.from({ length: 8 }, (_, index) => record(t.database.db, [...samples.slice(index * 5), ...samples.slice(0, index * 5)])))
  const [{ n, sum }] = (await t.database.sql`select count(*)::int as n, sum(value)::int as sum from metric_points p join metric_series s on s.id = p.series_id where service_id = 'svc_many'`) as unknown as [{ n: number; sum: number }]
  expect({ n, sum }).toEqual({ n: 40, sum: 320 })
})

it('forgets what was measured in an environment that is gone', async () => {
  await record(t.database.db, [{ measure: 'cpu', labels: { environmentId: 'env_gone' }, at: at(0), value: 1 }])
  const before = (await points()).length
  await removeMetricsOfGone(t.database.db)
  expect((await points()).length).toBe(before - 1)
  expect(await t.database.sql`select 1 from metric_series where environment_id = 'env_gone'`).toHaveLength(0)
})

it('tells owners of the first organization how the platform is, and nobody else', async () => {
  const { stranger } = await strangerTo(t, owner)
  const began = noTimings()
  addTiming(began, 12, false)
  addTiming(began, 4_000, true)
  const beats = [['worker-1', 'now()'], ['worker-2', 'now()'], ['dead', "now() - interval '1 minute'"]] as const
  for (const [name, at] of beats) await t.database.sql`insert into heartbeats (name, kind, at, detail) values (${name}, 'worker', ${t.database.sql.unsafe(at)}, ${JSON.stringify({ reconciled: began })}::text::jsonb)`
  await t.database.sql`select graphile_worker.add_job('reconcile', '{"environmentId": "env_x"}'::json, job_key => 'a', run_at => now() - interval '3 seconds')`
  await t.database.sql`select graphile_worker.add_job('reconcile', '{"environmentId": "env_x"}'::json, job_key => 'b', run_at => now() + interval '1 hour')`
  const found = await t.call(metricPlatform, {}, { as: owner })
  expect(found).toMatchObject({ queue: { waiting: 2, working: 0, dead: 0 }, reconcile: { count: 4, failed: 2, p50Ms: expect.any(Number) }, http: { count: 0, open: 0, p50Ms: null }, database: { allowed: expect.any(Number) } })
  expect(found.queue.oldestMs).toBeGreaterThanOrEqual(3_000)
  expect(found.queue.oldestMs).toBeLessThan(600_000)
  expect(found.database.connections.find(({ name }) => name === 'easel-test')).toMatchObject({ active: expect.any(Number), waiting: 0 })
  expect(found.database.sizeBytes).toBeGreaterThan(1_000_000)
  await expect(t.call(metricPlatform, {}, { as: stranger })).rejects.toMatchObject({ code: 'not_found' })
})
