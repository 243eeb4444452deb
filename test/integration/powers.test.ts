import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { deploymentGet, deploymentList, deploymentRollback } from '../../lib/contract/deployment'
import { eventList } from '../../lib/contract/organization'
import { runCancel, runCreate, runList } from '../../lib/contract/run'
import { serviceGet, serviceStart, serviceStop, serviceUpdate } from '../../lib/contract/service'
import { record } from '../../lib/db/queries/engine/metrics'
import { publishRoutes } from '../../lib/provisioning/reconcile/publish-routes'
import { enqueue } from '../../lib/queue/jobs'
import { wakeSleepers } from '../../lib/worker/wake'
import { engineForTest, lookNow, type TestEngine } from '../harness/engine'

// Replicas, restart policies, pre-deploy commands, replacement, sleep, runs and harm: through operations, with real jobs,
// a runtime in memory and a clock that moves when told.

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

const hostOf = (url: string) => new URL(url).hostname
const never = new AbortController().signal
const route = (service: { url: string }) => t.ingress.routeOf(hostOf(service.url))!
const seen = () => t.engine.driver.observe(null, never)
const node = (service: { id: string }) => t.call(serviceGet, { serviceId: service.id }, { as: t.as })
const events = async () => (await t.call(eventList, { organizationId: t.organizationId, limit: 100 }, { as: t.as })).items.map((event) => event.type)

async function deployed(service: { id: string }) {
  const deployment = await t.deploy(service)
  await t.settle()
  expect(await t.outcome(deployment)).toMatchObject({ status: 'active' })
  return deployment
}

describe('replicas', () => {
  test('run behind one address, and the one that is ill is taken out', async () => {
    const service = await t.service('api', { replicas: 3 })
    const deployment = await deployed(service)
    expect(route(service).targets).toHaveLength(3)
    expect(new Set(route(service).targets.map((target) => target.port)).size).toBe(3)
    const [, second] = await seen()
    t.runtime.end(second!.name, 1)
    await lookNow(t)
    expect(route(service).targets).toHaveLength(2)
    expect(await node(service)).toMatchObject({ state: 'degraded', replicas: { wanted: 3, healthy: 2 } })
    await t.settle({ forMs: 2_000 })
    expect(route(service).targets).toHaveLength(3)
    expect(await t.outcome(deployment)).toMatchObject({ status: 'active' })
  })

  test('of a version that is not whole serve nothing', async () => {
    const service = await t.service('api', { replicas: 2 })
    const first = await deployed(service)
    t.breakNext(service, 'health')
    const second = await t.deploy(service)
    await t.settle()
    await t.settle({ forMs: 61_000 })
    expect(await t.outcome(second)).toMatchObject({ status: 'failed', reason: 'health_deadline' })
    expect((await seen()).map((workload) => workload.deploymentId)).toEqual([first, first])
  })

  test('give their ports back', async () => {
    const service = await t.service('api', { replicas: 4 })
    await deployed(service)
    await t.call(serviceStop, { serviceId: service.id }, { as: t.as })
    await t.settle()
    expect(await t.database.sql`select port from ports where purpose = 'workload'`).toHaveLength(0)
  })
})

describe('restart policies', () => {
  test('never: an exit stays, the page says so, and the next deploy brings it back', async () => {
    const service = await t.service('api', { restart: { policy: 'never', limit: 1 } })
    const deployment = await deployed(service)
    t.runtime.exit(service.id, 3)
    await lookNow(t)
    await t.settle({ forMs: 600_000 })
    expect(await seen()).toMatchObject([{ deploymentId: deployment, phase: 'exited', restarts: 0 }])
    expect(await node(service)).toMatchObject({ state: 'crashed' })
    expect(route(service)).toMatchObject({ targets: [], unavailable: 'exited' })
    expect(await events()).toContain('service.gave_up')
    await deployed(service)
    expect(route(service).targets).toHaveLength(1)
  })

  test('on failure: up to the limit, and not after an end with code 0', async () => {
    const service = await t.service('api', { restart: { policy: 'on_failure', limit: 2 } })
    await deployed(service)
    t.runtime.fail(service.id, 'crash')
    await lookNow(t)
    await t.settle({ forMs: 3_600_000 })
    expect(await seen()).toMatchObject([{ phase: 'exited', restarts: 2 }])
    const other = await t.service('job', { restart: { policy: 'on_failure', limit: 2 } })
    await deployed(other)
    t.runtime.exit(other.id, 0)
    await lookNow(t)
    await t.settle({ forMs: 3_600_000 })
    expect(await node(other)).toMatchObject({ state: 'exited' })
  })
})

describe('a pre-deploy command', () => {
  test('runs once with the new build before it is started', async () => {
    const service = await t.service('api', { preDeployCommand: 'node migrate.js --all' })
    t.runtime.jobs(service.id, 'runs')
    const deployment = await t.deploy(service)
    await t.settle()
    expect(await t.outcome(deployment)).toMatchObject({ status: 'releasing', stages: { release: 'done', prepare: 'running' } })
    expect(await seen()).toMatchObject([{ role: 'job', part: 'prepare', phase: 'running' }])
    expect(t.runtime.applied(deployment, 'prepare')!.start).toMatchObject({ argv: ['node', 'migrate.js', '--all'] })
    t.runtime.end((await seen())[0]!.name, 0)
    await lookNow(t)
    expect(await t.outcome(deployment)).toMatchObject({ status: 'active', stages: { prepare: 'done', start: 'done' } })
    expect(await seen()).toMatchObject([{ role: 'service', part: '0' }])
  })

  test('that fails stops the deploy and touches nothing else', async () => {
    const service = await t.service('api', { preDeployCommand: 'node migrate.js' })
    const first = await deployed(service)
    t.runtime.jobs(service.id, 3)
    const second = await t.deploy(service)
    await t.settle()
    expect(await t.outcome(second)).toMatchObject({ status: 'failed', reason: 'pre_deploy_failed', message: expect.stringContaining('code 3'), stages: { prepare: 'failed' } })
    expect(await seen()).toMatchObject([{ deploymentId: first, health: 'healthy' }])
  })

  test('is ended when it takes too long, and does not run when an earlier version is gone back to', async () => {
    const service = await t.service('api', { preDeployCommand: 'node migrate.js', preDeployTimeoutS: 5 })
    const first = await deployed(service)
    await deployed(service)
    t.runtime.jobs(service.id, 'runs')
    const third = await t.deploy(service)
    await t.settle()
    await t.settle({ forMs: 6_000 })
    expect(await t.outcome(third)).toMatchObject({ status: 'failed', reason: 'pre_deploy_failed', message: expect.stringContaining('5 seconds') })
    const back = await t.call(deploymentRollback, { deploymentId: first }, { as: t.as })
    await t.settle()
    expect(await t.outcome(back.id)).toMatchObject({ status: 'active' })
    expect((await t.outcome(back.id)).stages).not.toHaveProperty('prepare')
  })
})

describe('a version that replaces another', () => {
  test('waits for what is open, never runs beside it, and the pause is measured', async () => {
    const service = await t.service('db', { rollout: 'replace', holdS: 20 })
    const first = await deployed(service)
    const port = t.runtime.applied(first)!.port!
    t.ingress.open[`127.0.0.1:${port}`] = 1
    const second = await t.deploy(service)
    await t.settle()
    await t.settle({ forMs: 1_000 })
    expect(route(service)).toMatchObject({ targets: [], unavailable: null, hold: { reason: 'replacing', forMs: 20_000 } })
    expect(await seen()).toMatchObject([{ deploymentId: first, phase: 'running' }])
    t.ingress.open = {}
    await t.settle({ forMs: 2_000 })
    expect(await t.outcome(second)).toMatchObject({ status: 'active' })
    expect(route(service)).toMatchObject({ hold: null, targets: [{ deploymentId: second }] })
    expect(await seen()).toMatchObject([{ deploymentId: second }])
    const { pauseMs } = await t.call(deploymentGet, { deploymentId: second }, { as: t.as })
    expect(pauseMs).toBeGreaterThan(0)
  })

  test('and fails gives its place back', async () => {
    const service = await t.service('db', { rollout: 'replace' })
    const first = await deployed(service)
    t.breakNext(service, 'crash')
    const second = await t.deploy(service)
    await t.settle()
    await t.settle({ forMs: 20_000 })
    expect(await t.outcome(second)).toMatchObject({ status: 'failed', reason: 'crashed' })
    expect(await seen()).toMatchObject([{ deploymentId: first, health: 'healthy' }])
    expect(route(service)).toMatchObject({ hold: null, targets: [{ deploymentId: first }] })
  })
})

describe('sleep', () => {
  const wake = () => wakeSleepers(t.engine, never)

  test('comes after quiet, and the next request ends it', async () => {
    const service = await t.service('api', { sleepAfterS: 60 })
    const deployment = await deployed(service)
    t.ingress.arrivals[service.id] = t.engine.now()
    await t.settle({ forMs: 50_000 })
    expect(await node(service)).toMatchObject({ state: 'running' })
    await t.settle({ forMs: 30_000 })
    expect(await node(service)).toMatchObject({ state: 'sleeping' })
    expect(await seen()).toMatchObject([{ phase: 'exited', exit: { byPlatform: true } }])
    expect(route(service)).toMatchObject({ targets: [], hold: { reason: 'sleeping' } })
    await t.settle({ forMs: 600_000 })
    expect(await seen()).toMatchObject([{ phase: 'exited' }])

    t.ingress.sleepersWanted = [service.id]
    await wake()
    await t.settle()
    expect(route(service)).toMatchObject({ hold: null, targets: [{ deploymentId: deployment }] })
    expect(await events()).toEqual(expect.arrayContaining(['service.slept']))
    // It stays awake for as long again.
    await t.settle({ forMs: 40_000 })
    expect(await node(service)).toMatchObject({ state: 'running' })
  })

  test.each(['before', 'during'])('leads nobody who wakes it %s its end to what ends, whoever publishes meanwhile', async (moment) => {
    const service = await t.service('api', { sleepAfterS: 10 })
    await deployed(service)
    t.ingress.sleepersWanted = [service.id]
    const led: { targets: number; hold: string | undefined; alive: boolean }[] = []
    const look = async () => {
      await publishRoutes(t.engine, true, never)
      led.push({ targets: route(service).targets.length, hold: route(service).hold?.reason, alive: (await seen())[0]!.phase === 'running' })
    }
    t.engine.at = async (point) => {
      if (point === `step:stop:${moment}`) {
        await wake()
        await look()
      } else if (point === 'step:stop:after') await look()
    }
    await t.settle({ forMs: 15_000 })
    expect(led.length).toBeGreaterThan(0)
    for (const { targets, hold, alive } of led) expect(alive ? targets : hold).toBe(alive ? 1 : 'sleeping')
    expect(route(service).targets).toHaveLength(1)
  })

  test('does not come while anything is open', async () => {
    const service = await t.service('api', { sleepAfterS: 10 })
    const deployment = await deployed(service)
    t.ingress.open[`127.0.0.1:${t.runtime.applied(deployment)!.port}`] = 1
    await t.settle({ forMs: 120_000 })
    expect(await node(service)).toMatchObject({ state: 'running' })
  })

  test('ends with a start, a deploy and a stop', async () => {
    const service = await t.service('api', { sleepAfterS: 10 })
    await deployed(service)
    await t.settle({ forMs: 15_000 })
    await t.call(serviceStart, { serviceId: service.id }, { as: t.as })
    await t.settle()
    expect(route(service).targets).toHaveLength(1)
    await t.settle({ forMs: 15_000 })
    const second = await t.deploy(service)
    await t.settle()
    expect(route(service)).toMatchObject({ hold: null, targets: [{ deploymentId: second }] })
    await t.settle({ forMs: 15_000 })
    await t.call(serviceStop, { serviceId: service.id }, { as: t.as })
    await t.settle()
    expect(route(service)).toMatchObject({ hold: null, unavailable: 'stopped' })
    expect(await node(service)).toMatchObject({ state: 'suspended' })
  })

  test('is forgotten by nobody when the platform cannot ask the proxy', async () => {
    const service = await t.service('api', { sleepAfterS: 10 })
    await deployed(service)
    t.ingress.isDown = true
    await t.settle({ forMs: 60_000 })
    expect(await seen()).toMatchObject([{ phase: 'running' }])
  })
})

describe('a service that runs by the clock', () => {
  const cron = { schedule: '*/5 * * * *', timeZone: 'UTC', overlap: 'skip' as const, timeoutS: 3600 }
  const runs = async (service: { id: string }) => (await t.call(runList, { serviceId: service.id }, { as: t.as })).items

  test('runs when it is due, once, and keeps the history', async () => {
    const service = await t.service('report', { cron })
    await deployed(service)
    expect(route(service)).toMatchObject({ targets: [], unavailable: 'cron' })
    expect(await seen()).toEqual([])
    await t.settle({ forMs: 11 * 60_000 })
    const history = await runs(service)
    expect(history.length).toBeGreaterThanOrEqual(2)
    for (const run of history) expect(run).toMatchObject({ status: 'done', exitCode: 0, trigger: 'schedule' })
    expect(new Set(history.map((run) => run.dueAt)).size).toBe(history.length)
    expect(await seen()).toEqual([])
  })

  test('runs now, on demand; a second one waits; a cancelled one ends', async () => {
    const service = await t.service('report', { cron: { ...cron, schedule: '0 0 1 1 *' } })
    await deployed(service)
    t.runtime.jobs(service.id, 'runs')
    const first = await t.call(runCreate, { serviceId: service.id }, { as: t.as })
    await t.settle()
    expect(await runs(service)).toMatchObject([{ id: first.id, status: 'running', trigger: 'manual' }])
    const second = await t.call(runCreate, { serviceId: service.id }, { as: t.as })
    await t.settle()
    expect(await runs(service)).toMatchObject([{ id: second.id, status: 'queued' }, { id: first.id, status: 'running' }])
    await t.call(runCancel, { runId: first.id }, { as: t.as })
    await t.settle()
    expect(await runs(service)).toMatchObject([{ id: second.id, status: 'running' }, { id: first.id, status: 'cancelled' }])
  })

  test('is ended when it takes too long, and its failure is told', async () => {
    const service = await t.service('report', { cron: { ...cron, timeoutS: 60 } })
    await deployed(service)
    t.runtime.jobs(service.id, 'runs')
    await t.settle({ forMs: 6 * 60_000 })
    expect((await runs(service)).find((run) => run.status === 'timed_out')).toBeDefined()
    expect(await events()).toContain('run.ended')
  })

  test('becomes one by a deploy, and stops being one by a deploy', async () => {
    const service = await t.service('report')
    await deployed(service)
    expect(route(service).targets).toHaveLength(1)
    const { settings } = await node(service)
    await t.call(serviceUpdate, { serviceId: service.id, settings: { ...settings, cron } }, { as: t.as })
    await deployed(service)
    await t.settle({ forMs: 5_000 })
    expect(route(service)).toMatchObject({ targets: [], unavailable: 'cron' })
    expect((await seen()).filter((workload) => workload.role === 'service')).toEqual([])
    await t.call(serviceUpdate, { serviceId: service.id, settings }, { as: t.as })
    await deployed(service)
    expect(route(service).targets).toHaveLength(1)
  })
})

describe('a release that does harm', () => {
  /** As it would be counted of the ingress. */
  async function answers(service: { id: string }, deploymentId: string, { requests, failed }: { requests: number; failed: number }) {
    const about = { at: t.engine.now(), labels: { environmentId: t.environmentId, serviceId: service.id, deploymentId, route: 'GET /', status: '2xx' } }
    await record(t.database.db, [{ ...about, measure: 'requests', value: requests }, { ...about, measure: 'errors', value: failed }, { ...about, measure: 'latency', buckets: [[10, requests]] }])
  }

  async function versions() {
    const service = await t.service('api', { guard: { minutes: 5 } })
    const first = await deployed(service)
    await answers(service, first, { requests: 200, failed: 1 })
    t.clock.now = new Date(t.engine.now().getTime() + 20_000)
    const second = await deployed(service)
    return { service, first, second }
  }

  test('hands the place back, says why with the numbers, and holds automatic deploys', async () => {
    const { service, first, second } = await versions()
    await answers(service, second, { requests: 100, failed: 60 })
    await t.settle({ forMs: 10_000 })
    const [newest] = (await t.call(deploymentList, { serviceId: service.id }, { as: t.as })).items
    expect(newest).toMatchObject({ trigger: 'harm', status: 'active', reuses: first })
    const { harm } = await t.call(deploymentGet, { deploymentId: second }, { as: t.as })
    expect(harm).toMatchObject({ kind: 'errors', restored: first, before: { requests: 200, failed: 1 }, after: { requests: 100, failed: 60 }, message: expect.stringContaining('60 % of 100') })
    expect(await node(service)).toMatchObject({ hold: { by: null, reason: expect.stringContaining('60 % of 100') } })
    expect(await events()).toContain('deployment.harmful')
    // What was restored is not judged again.
    await t.settle({ forMs: 600_000 })
    expect((await t.call(deploymentList, { serviceId: service.id }, { as: t.as })).items).toHaveLength(3)
  })

  test('does not take the place of what a person has asked for meanwhile', async () => {
    const { service, second } = await versions()
    const mending = await t.deploy(service)
    await t.database.sql`update deployments set status = 'building', started_at = now() where id = ${mending}`
    const mendingJob = await t.database.sql`delete from graphile_worker._private_jobs where key = ${`deployment:${mending}`} returning id`
    expect(mendingJob).toHaveLength(1)
    await answers(service, second, { requests: 100, failed: 60 })
    await lookNow(t)
    await t.settle()
    const [restored] = (await t.call(deploymentList, { serviceId: service.id }, { as: t.as })).items
    expect(restored).toMatchObject({ trigger: 'harm', status: 'active', number: 4 })
    await enqueue(t.database.db, { task: 'run-deployment', deploymentId: mending, serviceId: service.id })
    await t.settle()
    expect(await t.outcome(mending)).toMatchObject({ status: 'active' })
  })

  test('is left alone when it does none, and after its time', async () => {
    const { service, second } = await versions()
    await answers(service, second, { requests: 100, failed: 1 })
    await t.settle({ forMs: 400_000 })
    await answers(service, second, { requests: 300, failed: 201 })
    await t.settle({ forMs: 60_000 })
    expect(await t.outcome(second)).toMatchObject({ status: 'active' })
    expect(await node(service)).toMatchObject({ hold: null })
  })
})
