import { afterEach, beforeEach, expect, test } from 'vitest'

import { enqueue } from '../../lib/queue/jobs'
import { pullTimesBack } from '../../lib/worker/sweep'
import { engineForTest, lookNow, type TestEngine } from '../harness/engine'

// A clock that was thirty days ahead is set back. What was noted meanwhile lies thirty days ahead, and nothing waits for it.

const DAYS_MS = 30 * 86_400_000

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

/** What happens while the clock is ahead; afterwards it is right again, and everything was looked at once. */
async function whileAhead(work: () => Promise<void>): Promise<void> {
  const right = t.clock.now
  t.clock.now = new Date(right.getTime() + DAYS_MS)
  await work()
  t.clock.now = right
  await pullTimesBack(t.engine)
  await lookNow(t)
}

async function running(settings: Parameters<TestEngine['service']>[1] = {}) {
  const service = await t.service('api', settings)
  const deployment = await t.deploy(service)
  await t.settle()
  expect(await t.outcome(deployment)).toMatchObject({ status: 'active' })
  return { service, deployment }
}

test('a service that exited meanwhile is started again after its back-off', async () => {
  const { service, deployment } = await running()
  await whileAhead(async () => {
    t.runtime.exit(service.id, 1)
    await lookNow(t)
    t.runtime.exit(service.id, 1)
    await lookNow(t)
  })
  await t.settle({ forMs: 120_000 })
  expect(t.runtime.serving(service.id)).toEqual([deployment])
})

test('a version that began to start meanwhile and never becomes healthy is given up within its deadline', async () => {
  const { service, deployment } = await running()
  t.breakNext(service, 'health')
  let second = ''
  await whileAhead(async () => {
    second = await t.deploy(service)
    await t.settle()
    expect(await t.outcome(second)).toMatchObject({ status: 'releasing' })
  })
  await t.settle({ forMs: 120_000 })
  expect(await t.outcome(second)).toMatchObject({ status: 'failed', reason: 'health_deadline' })
  expect(t.runtime.serving(service.id)).toEqual([deployment])
})

test('a version that was retired meanwhile has drained in its time', async () => {
  const { service } = await running({ overlapS: 20 })
  let second = ''
  await whileAhead(async () => {
    second = await t.deploy(service)
    await t.settle()
    expect(t.runtime.serving(service.id)).toHaveLength(2)
  })
  await t.settle({ forMs: 120_000 })
  expect(t.runtime.serving(service.id)).toEqual([second])
})

test('a cron service that ran meanwhile runs when it is due next, and no time twice', async () => {
  const { service } = await running({ cron: { schedule: '*/10 * * * *', timeZone: 'UTC', overlap: 'skip', timeoutS: 60 } })
  await whileAhead(() => t.settle({ forMs: 25 * 60_000 }))
  const due = async () => (await t.database.sql<{ ms: number }[]>`select extract(epoch from due_at)::float8 * 1000 as ms from runs where service_id = ${service.id} order by due_at`).map(({ ms }) => ms)
  const ahead = (await due()).filter((ms) => ms > t.clock.now.getTime() + DAYS_MS / 2)
  expect(ahead.length).toBeGreaterThan(0)
  await t.settle({ forMs: 25 * 60_000 })
  const all = await due()
  expect(all.filter((ms) => ms <= t.clock.now.getTime() && ms > t.clock.now.getTime() - 25 * 60_000).length).toBeGreaterThanOrEqual(2)
  expect(new Set(all).size).toBe(all.length)
})

test('a job that was put off until then is due', async () => {
  const { service } = await running()
  await t.database.sql`select graphile_worker.add_job('inspect', payload => ${JSON.stringify({ serviceId: service.id })}::json, job_key => 'late')`
  await t.database.sql`update graphile_worker._private_jobs set run_at = now() + interval '30 days', updated_at = now() + interval '30 days' where key = 'late'`
  const late = () => t.database.sql`select 1 from graphile_worker.jobs where key = 'late' and run_at <= now()`
  expect(await late()).toHaveLength(0)
  await pullTimesBack(t.engine)
  expect(await late()).toHaveLength(1)
})

test('what is put off for good reason stays so', async () => {
  const { service } = await running()
  await enqueue(t.database.db, { task: 'inspect', serviceId: service.id, at: new Date(Date.now() + 3_600_000) })
  await pullTimesBack(t.engine)
  expect(await t.database.sql`select 1 from graphile_worker.jobs where run_at <= now()`).toHaveLength(0)
})
