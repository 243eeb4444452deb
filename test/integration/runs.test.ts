import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { deploymentCreate } from '../../lib/contract/deployment'
import { environmentGraph } from '../../lib/contract/project'
import { runCancel, runCreate, runGet, runList, runLogs } from '../../lib/contract/run'
import { serviceCreate, serviceGet, serviceStop, serviceUpdate } from '../../lib/contract/service'
import { ServiceSettings } from '../../lib/contract/service-settings'
import type { RunStatus } from '../../lib/domain/run-status'
import { newId } from '../../lib/ids'
import { activateAsWorker, eventsOf, releaseAsWorker, waitingJobs } from '../harness/as-worker'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let environmentId: string
let serviceId: string

const settings = (cron: { schedule: string; timeZone?: string } | null) => ServiceSettings.parse({ cron })

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
})
beforeEach(async () => {
  environmentId = (await t.project(as)).environmentId
  const wish = { environmentId, name: 'nightly', source: { type: 'template' as const, template: 'node-service' }, settings: settings({ schedule: '0 3 * * *', timeZone: 'Europe/Zurich' }) }
  serviceId = (await t.call(serviceCreate, wish, { as })).id
})
afterAll(() => t.close())

const service = () => t.call(serviceGet, { serviceId }, { as })
const run = () => t.call(runCreate, { serviceId }, { as })
const clearJobs = () => t.database.sql`delete from graphile_worker._private_jobs`

async function deployed(): Promise<string> {
  const { id } = await t.call(deploymentCreate, { serviceId }, { as })
  await releaseAsWorker(t.database, serviceId, id)
  await activateAsWorker(t.database, serviceId, id)
  return id
}

/** A run as the reconciler would write it. */
async function runAsWorker(deploymentId: string, { status, dueAt = new Date(), exitCode = null }: { status: RunStatus; dueAt?: Date; exitCode?: number | null }): Promise<string> {
  const id = newId('run')
  const finishedAt = status === 'running' ? null : new Date(dueAt.getTime() + 1_500).toISOString()
  await t.database.sql`
    insert into runs (id, service_id, deployment_id, trigger, status, due_at, started_at, finished_at, exit_code)
    values (${id}, ${serviceId}, ${deploymentId}, 'schedule', ${status}, ${dueAt.toISOString()}, ${dueAt.toISOString()}, ${finishedAt}, ${exitCode})`
  return id
}

describe('a service that runs by the clock', () => {
  it('says when it is due next, once it is deployed, and what its last run came to', async () => {
    expect(await service()).toMatchObject({ state: 'not_deployed', replicas: { wanted: 0, healthy: 0 }, cron: { schedule: '0 3 * * *', timeZone: 'Europe/Zurich', nextDueAt: null, lastRun: null, isRunning: false } })
    const deploymentId = await deployed()
    t.clock.now = new Date('2026-11-21T10:00:00Z')
    expect(await service()).toMatchObject({ state: 'scheduled', cron: { nextDueAt: '2026-11-22T02:00:00.000Z', lastRun: null, isRunning: false } })

    const dueAt = new Date('2026-11-21T02:00:00Z')
    const id = await runAsWorker(deploymentId, { status: 'failed', dueAt, exitCode: 3 })
    await runAsWorker(deploymentId, { status: 'done', dueAt: new Date('2026-11-20T02:00:00Z'), exitCode: 0 })
    expect((await service()).cron).toMatchObject({ lastRun: { id, status: 'failed', dueAt: dueAt.toISOString(), exitCode: 3 }, isRunning: false })
    await runAsWorker(deploymentId, { status: 'running', dueAt: new Date('2026-11-19T02:00:00Z') })
    const { nodes } = await t.call(environmentGraph, { environmentId }, { as })
    expect(nodes[0]).toMatchObject({ state: 'scheduled', cron: { lastRun: { id }, isRunning: true } })
    // One that waits has nothing to tell yet.
    await run()
    expect((await service()).cron).toMatchObject({ lastRun: { id }, isRunning: true })

    await t.call(serviceStop, { serviceId }, { as })
    expect(await service()).toMatchObject({ state: 'suspended', cron: { nextDueAt: null } })
  })

  it('is what the deployed version is, not what is set for the next', async () => {
    await deployed()
    await t.call(serviceUpdate, { serviceId, settings: settings(null) }, { as })
    expect(await service()).toMatchObject({ state: 'scheduled', cron: { schedule: '0 3 * * *' }, changed: true })
    await deployed()
    expect(await service()).toMatchObject({ cron: null, replicas: { wanted: 1 } })
    await expect(run()).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('no schedule') })
  })
})

describe('running it now', () => {
  it('queues a run of the active version and wakes the reconciler', async () => {
    const deploymentId = await deployed()
    await clearJobs()
    const created = await run()
    expect(created).toMatchObject({ serviceId, deploymentId, deploymentNumber: 1, trigger: 'manual', status: 'queued', startedAt: null, durationMs: null, isEnding: false, createdBy: { name: 'Olivia Owner' } })
    expect(await t.call(runGet, { runId: created.id }, { as })).toEqual(created)
    expect(await waitingJobs(t.database)).toEqual([`reconcile reconcile:${environmentId}`])
    expect((await eventsOf(t.database, serviceId)).at(-1)).toBe('run.queued')
  })

  it('is refused while there is nothing to run', async () => {
    await expect(run()).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('Deploy it first') })
    await deployed()
    await t.call(serviceStop, { serviceId }, { as })
    await expect(run()).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('Start it first') })
  })

  it('is refused when twenty wait, however many ask at once', async () => {
    await deployed()
    const results = await Promise.allSettled(Array.from({ length: 25 }, run))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(20)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'limit_exceeded' })
  })
})

describe('cancelling', () => {
  it('ends a run that waits at once', async () => {
    await deployed()
    const { id: runId } = await run()
    await clearJobs()
    expect(await t.call(runCancel, { runId }, { as })).toMatchObject({ status: 'cancelled', finishedAt: expect.any(String), isEnding: false })
    expect(await waitingJobs(t.database)).toEqual([`reconcile reconcile:${environmentId}`])
    expect((await eventsOf(t.database, serviceId)).at(-1)).toBe('run.cancelled')
    await expect(t.call(runCancel, { runId }, { as })).rejects.toMatchObject({ code: 'not_now', message: 'The run is cancelled and cannot be cancelled any more.' })
  })

  it('asks for the end of one that is at work, and does not take the place of another reason', async () => {
    const runId = await runAsWorker(await deployed(), { status: 'running' })
    expect(await t.call(runCancel, { runId }, { as })).toMatchObject({ status: 'running', isEnding: true, finishedAt: null })
    const asked = async () => (await t.database.sql`select end_as, end_asked_at from runs where id = ${runId}`)[0]!
    expect(await asked()).toMatchObject({ end_as: 'cancelled', end_asked_at: expect.any(String) })
    await t.database.sql`update runs set end_as = 'timed_out' where id = ${runId}`
    await t.call(runCancel, { runId }, { as })
    expect(await asked()).toMatchObject({ end_as: 'timed_out' })
    expect(await waitingJobs(t.database)).toContain(`reconcile reconcile:${environmentId}`)
  })

  it.each(['done', 'failed', 'timed_out', 'skipped', 'missed'] as const)('is refused for one that is %s', async (status) => {
    const runId = await runAsWorker(await deployed(), { status })
    await expect(t.call(runCancel, { runId }, { as })).rejects.toMatchObject({ code: 'not_now' })
    expect(await t.call(runGet, { runId }, { as })).toMatchObject({ status, durationMs: 1_500 })
  })
})

describe('the history', () => {
  it('is told in pages, the last due first, with no run twice and none left out', async () => {
    const deploymentId = await deployed()
    const dueAt = (day: number) => new Date(Date.UTC(2026, 0, 1 + day))
    const ids: string[] = []
    for (let day = 0; day < 7; day++) ids.push(await runAsWorker(deploymentId, { status: 'done', dueAt: dueAt(day) }))
    // Those that are due at the same moment, by hand, are told apart by their ids.
    await t.database.sql`update runs set trigger = 'manual', due_at = ${dueAt(4).toISOString()} where id in ${t.database.sql(ids.slice(0, 5))}`
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await t.call(runList, { serviceId, limit: 2, ...(cursor === undefined ? {} : { cursor }) }, { as })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual([ids[6], ids[5], ...ids.slice(0, 5).sort().reverse()])
    for (const key of ['nothing', `999999999999999 ${ids[0]}`]) {
      await expect(t.call(runList, { serviceId, cursor: Buffer.from(key).toString('base64url') }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
    }
  })

  it('shows of the log what the run printed, and nothing else', async () => {
    const deploymentId = await deployed()
    const [one, two] = [await runAsWorker(deploymentId, { status: 'done' }), await runAsWorker(deploymentId, { status: 'running', dueAt: new Date(0) })]
    const line = (part: string | null, text: string) =>
      t.database.sql`insert into log_lines (environment_id, service_id, deployment_id, kind, stream, part, at, text) values ('env_1', ${serviceId}, ${deploymentId}, 'runtime', 'stdout', ${part}, now(), ${text})`
    await line(one, 'one: first')
    await line(two, 'two: first')
    await line(null, 'of the platform')
    await line(one, 'one: second')
    const log = await t.call(runLogs, { runId: one }, { as })
    expect(log.lines.map(({ text, part }) => [text, part])).toEqual([['one: first', one], ['one: second', one]])
    const more = await t.call(runLogs, { runId: one, after: log.lines[0]!.id }, { as })
    expect(more.lines.map(({ text }) => text)).toEqual(['one: second'])
  })
})
