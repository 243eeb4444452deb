import { Logger, runOnce, type Task } from 'graphile-worker'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { authRegister } from '../../lib/contract/auth'
import { deploymentCancel, deploymentCreate, deploymentGet, deploymentList } from '../../lib/contract/deployment'
import { jobDiscard, jobList, jobOverview, jobRetry, type JobView } from '../../lib/contract/job'
import { invitationCreate } from '../../lib/contract/organization'
import { serviceCreate, serviceGet } from '../../lib/contract/service'
import { beat } from '../../lib/db/queries/engine/heartbeats'
import { removeSpentJobs } from '../../lib/db/queries/engine/spent-jobs'
import type { JobStatus } from '../../lib/domain/job'
import { newId } from '../../lib/ids'
import { enqueue } from '../../lib/queue/jobs'
import { eventsOf, observeAsWorker, releaseAsWorker, waitingJobs } from '../harness/as-worker'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let owner: SignedIn
let organizationId: string
let environmentId: string
let serviceId: string
beforeEach(async () => {
  t = await platformForTest()
  owner = await t.owner()
  organizationId = owner.organization!.id
  environmentId = (await t.project(owner)).environmentId
  serviceId = await service('api')
  await t.database.sql`delete from graphile_worker._private_jobs`
})
afterEach(() => t.close())

async function service(name: string): Promise<string> {
  return (await t.call(serviceCreate, { environmentId, name, source: { type: 'template', template: 'node-service' } }, { as: owner })).id
}

const deploy = () => t.call(deploymentCreate, { serviceId }, { as: owner })
const list = (options: { status?: JobStatus; limit?: number; cursor?: string } = {}) => t.call(jobList, { organizationId, ...options }, { as: owner })
const overview = () => t.call(jobOverview, { organizationId }, { as: owner })
const retry = (jobId: string) => t.call(jobRetry, { organizationId, jobId }, { as: owner })
const discard = (jobId: string) => t.call(jobDiscard, { organizationId, jobId }, { as: owner })

/** The one job of a task. */
async function jobOf(task: string): Promise<JobView> {
  const found = (await list()).items.filter((job) => job.task === task)
  expect(found).toHaveLength(1)
  return found[0]!
}

/** As the queue leaves a job that has failed so often that it is not tried again. */
async function dies(key: string, error: string | null = 'The disk is on fire.'): Promise<void> {
  await t.database.sql`update graphile_worker._private_jobs set attempts = max_attempts, last_error = ${error} where key = ${key}`
}

/** A worker that takes what is due and goes. */
function work(inspect: Task): Promise<void> {
  return runOnce({ connectionString: t.url, taskList: { inspect }, noHandleSignals: true, logger: new Logger(() => () => {}) })
}

async function taken(key: string, runner = 'worker-1'): Promise<void> {
  await t.database.sql`update graphile_worker._private_jobs set attempts = attempts + 1, locked_at = now(), locked_by = ${runner} where key = ${key}`
}

/** As the pipeline leaves a deployment that the platform itself could not bring to its release. */
async function failsInside(deploymentId: string): Promise<void> {
  await t.database.sql`update deployments set status = 'failed', failure_reason = 'internal', failure_message = 'It broke.', finished_at = now() where id = ${deploymentId}`
}

describe('the list', () => {
  test('says of every job what it is, where it stands and what it is for', async () => {
    const { id: deploymentId } = await deploy()
    await enqueue(t.database.db, { task: 'inspect', serviceId })
    await enqueue(t.database.db, { task: 'reconcile', environmentId })
    await enqueue(t.database.db, { task: 'look-again', environmentId, at: new Date(Date.now() + 60_000) })
    await dies(`inspect:${serviceId}`)
    await taken(`reconcile:${environmentId}`)
    await t.database.sql`update graphile_worker._private_jobs set attempts = 2, last_error = 'Once more.', run_at = now() + interval '1 minute' where key = ${`deployment:${deploymentId}`}`

    const { items } = await list()
    expect(items.map(({ title, status }) => [title, status])).toEqual([
      ['Read the source of api', 'dead'],
      ['Build deployment 1 of api', 'retrying'],
      ['Make production of Shop match the drawing', 'working'],
    ])
    const routine = (await list({ status: 'scheduled' })).items
    expect(routine.map(({ title, status }) => [title, status])).toEqual([
      ['Look at production of Shop again', 'scheduled'],
    ])
    const [dead, retrying, working] = items as [JobView, JobView, JobView]
    expect(dead).toMatchObject({ attempts: 3, maxAttempts: 3, error: 'The disk is on fire.', nextAt: null, startedAt: null, deployment: null, service: { id: serviceId, name: 'api' } })
    expect(retrying).toMatchObject({ attempts: 2, error: 'Once more.', deployment: { id: deploymentId, number: 1, status: 'queued', newest: 1 }, environment: { id: environmentId, name: 'production' }, project: { name: 'Shop' } })
    expect(Date.parse(retrying.nextAt!)).toBeGreaterThan(Date.now())
    expect(working).toMatchObject({ service: null, nextAt: null, error: null })
    expect(working.startedAt).not.toBeNull()
    expect(routine[0]!.nextAt).not.toBeNull()
    expect((await overview()).counts).toEqual({ dead: 1, retrying: 1, working: 1, waiting: 0, scheduled: 1 })
  })

  test('is paged without a gap or a twin, in one order over all states', async () => {
    for (let n = 0; n < 7; n++) await enqueue(t.database.db, { task: 'inspect', serviceId: await service(`s${n}`) })
    const all = (await list()).items
    await dies((await t.database.sql<{ key: string }[]>`select key from graphile_worker.jobs order by id limit 1`)[0]!.key)
    const expected = [all.at(-1)!.id, ...all.slice(0, -1).map(({ id }) => id)]
    const seen: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await list({ limit: 3, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(expected)
    await expect(list({ cursor: 'bm9uc2Vuc2U' })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('is narrowed to a state', async () => {
    await deploy()
    await enqueue(t.database.db, { task: 'inspect', serviceId })
    await dies(`inspect:${serviceId}`)
    expect((await list({ status: 'dead' })).items.map(({ task }) => task)).toEqual(['inspect'])
    expect((await list({ status: 'waiting' })).items.map(({ task }) => task)).toEqual(['run-deployment'])
  })

  test('leaves out a dead job whose place a fresh one has taken', async () => {
    await enqueue(t.database.db, { task: 'reconcile', environmentId })
    await dies(`reconcile:${environmentId}`)
    await enqueue(t.database.db, { task: 'reconcile', environmentId })
    expect((await list()).items.map(({ status }) => status)).toEqual(['waiting'])
    expect((await overview()).counts.dead).toBe(0)
  })

  test('keeps of dead jobs those that somebody can still decide about', async () => {
    const gone = await service('gone')
    await enqueue(t.database.db, { task: 'reconcile', environmentId })
    await dies(`reconcile:${environmentId}`)
    await enqueue(t.database.db, { task: 'reconcile', environmentId })
    await enqueue(t.database.db, { task: 'inspect', serviceId: gone })
    await enqueue(t.database.db, { task: 'inspect', serviceId })
    await dies(`inspect:${gone}`)
    await dies(`inspect:${serviceId}`)
    await t.database.sql`delete from services where id = ${gone}`
    expect(await removeSpentJobs(t.database.db)).toBe(2)
    expect(await waitingJobs(t.database)).toEqual([`reconcile reconcile:${environmentId}`, `inspect inspect:${serviceId}`])
    expect((await list()).items.map(({ status }) => status)).toEqual(['dead', 'waiting'])
    expect(await removeSpentJobs(t.database.db)).toBe(0)
  })

  test('cuts a long error, and keeps the values of failed statements to itself', async () => {
    await enqueue(t.database.db, { task: 'inspect', serviceId })
    await dies(`inspect:${serviceId}`, 'x'.repeat(30_000))
    expect((await jobOf('inspect')).error).toMatch(/^x{10000}…$/)
    await dies(`inspect:${serviceId}`, 'Failed query: select $1\nparams: hunter2')
    expect((await jobOf('inspect')).error).toBe('Failed query: select $1')
  })

  test('names the worker that is at a job, and a worker says how much it has to do here', async () => {
    await beat(t.database.db, 'wrk_busy', ['worker-1'], { ingress: { ok: true, message: 'It answers.' }, runtime: { ok: false, message: 'It is full.' } })
    await enqueue(t.database.db, { task: 'inspect', serviceId })
    await taken(`inspect:${serviceId}`)
    expect(await jobOf('inspect')).toMatchObject({ worker: 'wrk_busy', status: 'working' })
    expect((await overview()).workers).toMatchObject([{ name: 'wrk_busy', isAlive: true, working: 1, ingress: { ok: true }, runtime: { ok: false, message: 'It is full.' } }])
    await t.database.sql`update heartbeats set at = now() - interval '1 minute'`
    expect((await overview()).workers).toMatchObject([{ isAlive: false }])
  })
})

describe('what is stuck', () => {
  test('shows a deployment on its way without a job that will go on with it', async () => {
    const { id } = await deploy()
    t.clock.now = new Date(Date.now() + 20_000)
    expect((await overview()).stuck.deployments).toEqual([])
    await dies(`deployment:${id}`)
    expect((await overview()).stuck.deployments).toMatchObject([{ deployment: { id, number: 1, status: 'queued' }, service: { name: 'api' }, environment: { name: 'production' } }])
  })

  test('shows an environment that nobody has looked at for long', async () => {
    const { id } = await deploy()
    await observeAsWorker(t.database, serviceId, id, { phase: 'running', health: 'healthy' })
    expect((await overview()).stuck.environments).toEqual([])
    t.clock.now = new Date(Date.now() + 180_000)
    expect((await overview()).stuck.environments).toMatchObject([{ environment: { id: environmentId, name: 'production' }, project: { name: 'Shop' } }])
    // Nobody else would tell that something is left of what was deleted.
    const message = 'A container is in the way.'
    await t.database.sql`update environments set deleted_at = now(), trouble = jsonb_build_object('message', ${message}::text, 'since', ${new Date(0).toISOString()}::text)`
    expect((await overview()).stuck.environments).toMatchObject([{ environment: { id: environmentId }, isGoing: true, message }])
  })
})

describe('trying again', () => {
  test('a dead job is due at once, with fresh attempts', async () => {
    await enqueue(t.database.db, { task: 'inspect', serviceId })
    await dies(`inspect:${serviceId}`)
    const { id } = await jobOf('inspect')
    const { job, deployment } = await retry(id)
    expect(job).toMatchObject({ id, status: 'waiting', attempts: 0, error: null })
    expect(deployment).toBeNull()
    const [row] = await t.database.sql`select attempts, run_at <= now() as due, is_available from graphile_worker._private_jobs`
    expect(row).toMatchObject({ attempts: 0, due: true, is_available: true })
    expect(await eventsOf(t.database, serviceId)).toContain('job.retried')
    await expect(retry(id)).rejects.toMatchObject({ code: 'not_now', message: 'This job has not failed. It runs when its turn comes.' })
  })

  test('a job that has failed until the queue gave it up is done after all', async () => {
    await enqueue(t.database.db, { task: 'inspect', serviceId })
    for (let attempt = 1; attempt <= 3; attempt++) {
      await work(() => Promise.reject(new Error(`The disk is on fire, attempt ${attempt}.`)))
      await t.database.sql`update graphile_worker._private_jobs set run_at = now()`
    }
    const done: unknown[] = []
    await work((payload) => Promise.resolve(void done.push(payload)))
    expect(done).toEqual([])
    const job = await jobOf('inspect')
    expect(job).toMatchObject({ status: 'dead', attempts: 3, error: 'The disk is on fire, attempt 3.' })

    await retry(job.id)
    await work((payload) => Promise.resolve(void done.push(payload)))
    expect(done).toEqual([{ serviceId }])
    expect((await list()).items).toEqual([])
  })

  test('one that waits for its next attempt is brought forward', async () => {
    await enqueue(t.database.db, { task: 'inspect', serviceId, at: new Date(Date.now() + 600_000) })
    await t.database.sql`update graphile_worker._private_jobs set attempts = 3, last_error = 'No.'`
    const { job } = await retry((await jobOf('inspect')).id)
    expect(Date.parse(job.nextAt!)).toBeLessThanOrEqual(Date.now() + 1_000)
  })

  test('while the deployment is still on its way, its own job goes on', async () => {
    const { id } = await deploy()
    await dies(`deployment:${id}`)
    const { job, deployment } = await retry((await jobOf('run-deployment')).id)
    expect(deployment).toBeNull()
    expect(job).toMatchObject({ status: 'waiting', deployment: { id, status: 'queued' } })
  })

  test('when the deployment has failed and has no build, the service is deployed anew and the dead job is gone', async () => {
    const { id } = await deploy()
    await dies(`deployment:${id}`)
    await failsInside(id)
    const { job, deployment } = await retry((await jobOf('run-deployment')).id)
    expect(deployment).toMatchObject({ number: 2, status: 'queued', trigger: 'manual', reuses: null })
    expect(job).toMatchObject({ title: 'Build deployment 2 of api', status: 'waiting', deployment: { id: deployment!.id } })
    expect((await list({ status: 'dead' })).items).toEqual([])
    expect((await t.call(deploymentGet, { deploymentId: id }, { as: owner })).status).toBe('failed')
  })

  test('when its build is kept, that is released again', async () => {
    const { id } = await deploy()
    await releaseAsWorker(t.database, serviceId, id)
    await dies(`deployment:${id}`)
    await failsInside(id)
    const { job, deployment } = await retry((await jobOf('run-deployment')).id)
    expect(deployment).toMatchObject({ number: 2, trigger: 'redeploy', reuses: id })
    expect(job.title).toBe('Release deployment 2 of api')
  })

  test('never brings an older version over a newer one', async () => {
    const { id } = await deploy()
    await dies(`deployment:${id}`)
    await failsInside(id)
    await deploy()
    const dead = (await list({ status: 'dead' })).items[0]!
    await expect(retry(dead.id)).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('Deployment 2 came after deployment 1') })
  })

  test('has nothing to do for a deployment that was cancelled', async () => {
    const { id } = await deploy()
    await t.call(deploymentCancel, { deploymentId: id }, { as: owner })
    await dies(`deployment:${id}`)
    await expect(retry((await jobOf('run-deployment')).id)).rejects.toMatchObject({ code: 'not_now' })
  })

  test('of two people who ask at once, one new deployment is made', async () => {
    const { id } = await deploy()
    await dies(`deployment:${id}`)
    await failsInside(id)
    const dead = await jobOf('run-deployment')
    const ends = await Promise.allSettled([retry(dead.id), retry(dead.id), retry(dead.id)])
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.code] : []))).toEqual(['not_found', 'not_found'])
    expect((await t.call(deploymentList, { serviceId }, { as: owner })).items).toHaveLength(2)
  })
})

describe('discarding', () => {
  test('removes a dead job and says so', async () => {
    await enqueue(t.database.db, { task: 'reconcile', environmentId })
    await dies(`reconcile:${environmentId}`)
    const { id } = await jobOf('reconcile')
    expect(await discard(id)).toEqual({ ok: true })
    expect((await list()).items).toEqual([])
    expect(await t.database.sql`select subject from events where type = 'job.discarded'`).toEqual([{ subject: 'Make production of Shop match the drawing' }])
    await expect(discard(id)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('cancels the deployment that would wait for it for ever', async () => {
    const { id } = await deploy()
    await dies(`deployment:${id}`)
    await discard((await jobOf('run-deployment')).id)
    expect((await t.call(deploymentGet, { deploymentId: id }, { as: owner })).status).toBe('cancelled')
  })

  test('leaves a deployment that is released as it is', async () => {
    const { id } = await deploy()
    await releaseAsWorker(t.database, serviceId, id)
    await dies(`deployment:${id}`)
    await discard((await jobOf('run-deployment')).id)
    expect((await t.call(deploymentGet, { deploymentId: id }, { as: owner })).status).toBe('releasing')
  })

  test('ends the wait for a source that nobody will read', async () => {
    await enqueue(t.database.db, { task: 'inspect', serviceId })
    await dies(`inspect:${serviceId}`)
    expect((await t.call(serviceGet, { serviceId }, { as: owner })).inspection).toMatchObject({ status: 'pending' })
    await discard((await jobOf('inspect')).id)
    expect((await t.call(serviceGet, { serviceId }, { as: owner })).inspection).toMatchObject({ status: 'failed', failure: { reason: 'internal' } })
  })
})

test('a job that a worker is at is left to it', async () => {
  const { id } = await deploy()
  await taken(`deployment:${id}`)
  const job = await jobOf('run-deployment')
  const sentence = 'A worker is at this job now. Wait until it has ended.'
  await expect(retry(job.id)).rejects.toMatchObject({ code: 'not_now', message: sentence })
  await expect(discard(job.id)).rejects.toMatchObject({ code: 'not_now', message: sentence })
  expect(await t.database.sql`select locked_by, attempts from graphile_worker._private_jobs where key = ${`deployment:${id}`}`).toEqual([{ locked_by: 'worker-1', attempts: 1 }])
})

describe('another organization', () => {
  let stranger: SignedIn
  let theirs: string
  beforeEach(async () => {
    const invitation = await t.call(invitationCreate, { organizationId, email: 'stranger@example.com', role: 'admin' }, { as: owner })
    stranger = await t.call(authRegister, { email: 'stranger@example.com', password: 'correct horse', name: 'Sam Stranger', invitation: invitation.token })
    theirs = newId('organization')
    await t.database.sql`insert into organizations (id, name, slug) values (${theirs}, 'Elsewhere', 'elsewhere')`
    await t.database.sql`delete from members where user_id = ${stranger.user.id}`
    await t.database.sql`insert into members (organization_id, user_id, role) values (${theirs}, ${stranger.user.id}, 'owner')`
    await deploy()
    await enqueue(t.database.db, { task: 'inspect', serviceId })
    await enqueue(t.database.db, { task: 'reconcile', environmentId })
    await dies(`inspect:${serviceId}`)
  })

  test('sees none of these jobs, of whatever kind', async () => {
    expect((await list()).items).toHaveLength(3)
    expect((await t.call(jobList, { organizationId: theirs }, { as: stranger })).items).toEqual([])
    expect((await t.call(jobOverview, { organizationId: theirs }, { as: stranger })).counts).toEqual({ dead: 0, retrying: 0, working: 0, waiting: 0, scheduled: 0 })
  })

  test('can touch none of them under its own name', async () => {
    const { id: jobId } = await jobOf('inspect')
    await expect(t.call(jobRetry, { organizationId: theirs, jobId }, { as: stranger })).rejects.toMatchObject({ code: 'not_found' })
    await expect(t.call(jobDiscard, { organizationId: theirs, jobId }, { as: stranger })).rejects.toMatchObject({ code: 'not_found' })
    expect(await jobOf('inspect')).toMatchObject({ id: jobId, status: 'dead' })
  })
})

test.each([['developer'], ['viewer']] as const)('a %s neither sees nor touches the queue', async (role) => {
  await enqueue(t.database.db, { task: 'inspect', serviceId })
  const { id: jobId } = await jobOf('inspect')
  const invitation = await t.call(invitationCreate, { organizationId, email: 'member@example.com', role }, { as: owner })
  const member = await t.call(authRegister, { email: 'member@example.com', password: 'correct horse', name: 'Mia Member', invitation: invitation.token })
  await expect(t.call(jobList, { organizationId }, { as: member })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(t.call(jobOverview, { organizationId }, { as: member })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(t.call(jobRetry, { organizationId, jobId }, { as: member })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(t.call(jobDiscard, { organizationId, jobId }, { as: member })).rejects.toMatchObject({ code: 'forbidden' })
})
