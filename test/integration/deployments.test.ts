import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { deploymentCancel, deploymentCreate, deploymentGet, deploymentList, deploymentLogs, deploymentRedeploy, deploymentRollback } from '../../lib/contract/deployment'
import { serviceCreate, serviceGet, serviceLogs, serviceStop, serviceUpdate, variableReplace } from '../../lib/contract/service'
import { linesAfter } from '../../lib/db/queries/logs'
import { openFrozen } from '../../lib/secrets/sealed-variables'
import { activateAsWorker, eventsOf, releaseAsWorker, waitingJobs } from '../harness/as-worker'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let environmentId: string
let serviceId: string

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
})
beforeEach(async () => {
  environmentId = (await t.project(as)).environmentId
  serviceId = (await t.call(serviceCreate, { environmentId, name: 'web', source: { type: 'template', template: 'node-service' } }, { as })).id
})
afterAll(() => t.close())

const deploy = () => t.call(deploymentCreate, { serviceId }, { as })
const get = (deploymentId: string) => t.call(deploymentGet, { deploymentId }, { as })
const service = () => t.call(serviceGet, { serviceId }, { as })
const wanted = async () => (await t.database.sql`select desired, generation, target_deployment_id as target, active_deployment_id as active from services where id = ${serviceId}`)[0]!

/** A deployment that was built, became healthy and serves. */
async function deployed(): Promise<string> {
  const { id } = await deploy()
  await releaseAsWorker(t.database, serviceId, id)
  await activateAsWorker(t.database, serviceId, id)
  return id
}

describe('deploying', () => {
  it('freezes what the service is and queues a job', async () => {
    const deployment = await deploy()
    expect(deployment).toMatchObject({ number: 1, status: 'queued', trigger: 'manual', stages: [], failure: null, canRollBack: false, createdBy: { email: 'owner@example.com' }, url: (await service()).url })
    expect(await get(deployment.id)).toEqual(deployment)
    expect(await waitingJobs(t.database)).toContain(`run-deployment deployment:${deployment.id}`)
    await t.call(serviceUpdate, { serviceId, source: { type: 'template', template: 'static-site' } }, { as })
    expect((await get(deployment.id)).source).toEqual({ type: 'template', template: 'node-service' })
  })

  it('many times at once numbers them without gaps and leaves one in the queue', async () => {
    const deployments = await Promise.all(Array.from({ length: 10 }, deploy))
    expect(deployments.map(({ number }) => number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const { items } = await t.call(deploymentList, { serviceId }, { as })
    expect(items.map(({ number, status }) => [number, status])).toEqual([[10, 'queued'], ...[9, 8, 7, 6, 5, 4, 3, 2, 1].map((number) => [number, 'superseded'])])
    expect((await eventsOf(t.database, serviceId)).filter((type) => type === 'deployment.superseded')).toHaveLength(9)
  })

  it('leaves what is being built alone', async () => {
    const first = await deploy()
    await t.database.sql`update deployments set status = 'building' where id = ${first.id}`
    await deploy()
    expect((await get(first.id)).status).toBe('building')
  })

  it('starts a stopped service', async () => {
    await deployed()
    await t.call(serviceStop, { serviceId }, { as })
    const before = await wanted()
    await deploy()
    expect(await wanted()).toMatchObject({ desired: 'running', generation: before.generation + 1 })
  })

  it('takes a ref for git sources only', async () => {
    await expect(t.call(deploymentCreate, { serviceId, ref: 'main' }, { as })).rejects.toMatchObject({ code: 'invalid_input', fields: { ref: expect.any(String) } })
    await t.call(serviceUpdate, { serviceId, source: { type: 'git', url: 'https://example.com/a.git' } }, { as })
    await expect(t.call(deploymentCreate, { serviceId, ref: '$(id)' }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
    const { id } = await t.call(deploymentCreate, { serviceId, ref: 'v1.2' }, { as })
    const [row] = await t.database.sql`select spec from deployments where id = ${id}`
    expect(row!.spec).toMatchObject({ ref: 'v1.2', source: { url: 'https://example.com/a.git' } })
  })
})

describe('cancelling', () => {
  it('works until it is active, and gives the target back to what runs', async () => {
    const active = await deployed()
    const next = await deploy()
    await releaseAsWorker(t.database, serviceId, next.id)
    const before = await wanted()
    expect(before).toMatchObject({ target: next.id, active })
    const cancelled = await t.call(deploymentCancel, { deploymentId: next.id }, { as })
    expect(cancelled).toMatchObject({ status: 'cancelled', finishedAt: expect.any(String), stages: [{ name: 'fetch', status: 'done', durationMs: 1000 }, { name: 'start', status: 'cancelled' }] })
    expect(await wanted()).toMatchObject({ target: active, active, generation: before.generation + 1 })
    expect(await waitingJobs(t.database)).toContain(`reconcile reconcile:${environmentId}`)
  })

  it('is refused afterwards, with what it is now', async () => {
    const id = await deployed()
    await expect(t.call(deploymentCancel, { deploymentId: id }, { as })).rejects.toMatchObject({ code: 'not_now', message: 'Deployment 1 is active and cannot be cancelled any more.' })
    expect((await get(id)).status).toBe('active')
  })

  it('by many at once happens once', async () => {
    const { id } = await deploy()
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => t.call(deploymentCancel, { deploymentId: id }, { as })))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect((await eventsOf(t.database, serviceId)).filter((type) => type === 'deployment.cancelled')).toHaveLength(1)
  })

  it('and activation at the same moment have one winner', async () => {
    for (let round = 0; round < 8; round++) {
      const { id } = await deploy()
      await releaseAsWorker(t.database, serviceId, id)
      // As the worker writes it: guarded by the status.
      const activate = t.database.sql.begin(async (sql) => {
        await sql`select id from services where id = ${serviceId} for update`
        await sql`update deployments set status = 'retired' where service_id = ${serviceId} and status = 'active'`
        const rows = await sql`update deployments set status = 'active', activated_at = now() where id = ${id} and status = 'releasing' returning id`
        if (rows.length === 0) throw new Error('came too late')
        await sql`update services set active_deployment_id = ${id} where id = ${serviceId}`
      })
      const results = await Promise.allSettled([t.call(deploymentCancel, { deploymentId: id }, { as }), activate])
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
      expect((await get(id)).status).toBe(results[0]!.status === 'fulfilled' ? 'cancelled' : 'active')
    }
  })

  it('and deploying at the same moment do not wait for each other for ever', async () => {
    for (let round = 0; round < 8; round++) {
      const { id } = await deploy()
      const [, created] = await Promise.allSettled([t.call(deploymentCancel, { deploymentId: id }, { as }), deploy()])
      expect(created!.status).toBe('fulfilled')
      expect(['cancelled', 'superseded']).toContain((await get(id)).status)
    }
  })
})

describe('a kept build', () => {
  const frozen = async (id: string) => {
    const [row] = await t.database.sql`select variables_sealed as sealed, spec, artifact_id as artifact, config_revision as revision from deployments where id = ${id}`
    return { ...row!, variables: openFrozen(t.platform.seal, id, row!.sealed as string) } as unknown as { variables: object; spec: { settings: { drainS: number } }; artifact: string; revision: number }
  }

  it('is rolled back to with the settings and variables it had', async () => {
    await t.call(variableReplace, { serviceId, variables: { A: 'old' } }, { as })
    const first = await deployed()
    await t.call(variableReplace, { serviceId, variables: { A: 'new' } }, { as })
    await t.call(serviceUpdate, { serviceId, settings: { drainS: 99 } }, { as })
    await deployed()
    expect(await get(first)).toMatchObject({ status: 'retired', canRollBack: true })

    const back = await t.call(deploymentRollback, { deploymentId: first }, { as })
    expect(back).toMatchObject({ number: 3, status: 'queued', trigger: 'rollback', reuses: first, recipe: { framework: 'express' } })
    expect(await frozen(back.id)).toMatchObject({ variables: { A: { value: 'old', secret: true } }, spec: { settings: { drainS: 30 } }, artifact: (await frozen(first)).artifact })
    expect((await service()).changed).toBe(true)
  })

  it('is redeployed with the settings and variables of now', async () => {
    await t.call(variableReplace, { serviceId, variables: { A: 'old' } }, { as })
    const first = await deployed()
    await t.call(variableReplace, { serviceId, variables: { A: 'new' } }, { as })
    await t.call(serviceUpdate, { serviceId, settings: { drainS: 99 } }, { as })
    const again = await t.call(deploymentRedeploy, { deploymentId: first }, { as })
    expect(again).toMatchObject({ trigger: 'redeploy', reuses: first })
    expect(await frozen(again.id)).toMatchObject({ variables: { A: { value: 'new' } }, spec: { settings: { drainS: 99 } } })
    expect((await service()).changed).toBe(false)
  })

  it('of another source than now still differs from what is set', async () => {
    const first = await deployed()
    await t.call(serviceUpdate, { serviceId, source: { type: 'template', template: 'static-site' } }, { as })
    const again = await t.call(deploymentRedeploy, { deploymentId: first }, { as })
    expect(again.source).toEqual({ type: 'template', template: 'node-service' })
    expect((await service()).changed).toBe(true)
  })

  it('that is gone, or never was, is refused with a sentence', async () => {
    const first = await deployed()
    const never = await deploy()
    await t.call(deploymentCancel, { deploymentId: never.id }, { as })
    for (const entry of [deploymentRollback, deploymentRedeploy]) {
      await expect(t.call(entry, { deploymentId: never.id }, { as })).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('never had a build') })
    }
    await t.database.sql`update artifacts set removed_at = now() where service_id = ${serviceId}`
    for (const entry of [deploymentRollback, deploymentRedeploy]) {
      await expect(t.call(entry, { deploymentId: first }, { as })).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('was removed') })
    }
    expect((await get(first)).canRollBack).toBe(false)
  })

  it('that never became healthy is redeployed but not rolled back to', async () => {
    const { id } = await deploy()
    await releaseAsWorker(t.database, serviceId, id)
    await t.database.sql`update deployments set status = 'failed', failure_reason = 'health_deadline', failure_message = 'It did not answer.', finished_at = now() where id = ${id}`
    expect(await get(id)).toMatchObject({ canRollBack: false, failure: { reason: 'health_deadline', message: 'It did not answer.' } })
    await expect(t.call(deploymentRollback, { deploymentId: id }, { as })).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('never healthy') })
    expect(await t.call(deploymentRedeploy, { deploymentId: id }, { as })).toMatchObject({ trigger: 'redeploy' })
  })
})

describe('the list of deployments', () => {
  it('is paged, newest first', async () => {
    for (let n = 0; n < 5; n++) await deploy()
    const first = await t.call(deploymentList, { serviceId, limit: 3 }, { as })
    const second = await t.call(deploymentList, { serviceId, limit: 3, cursor: first.nextCursor! }, { as })
    expect([...first.items, ...second.items].map(({ number }) => number)).toEqual([5, 4, 3, 2, 1])
    expect(second.nextCursor).toBeNull()
    for (const cursor of ['x', '-1', 'MA', '99999999999999999999']) await expect(t.call(deploymentList, { serviceId, cursor }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('logs', () => {
  const GREATEST = '9'.repeat(19)
  let ids: string[]
  let deploymentId: string

  beforeEach(async () => {
    deploymentId = (await deploy()).id
    const rows = await t.database.sql<{ id: bigint }[]>`
      insert into log_lines (environment_id, service_id, deployment_id, kind, stream, at, text)
      select 'env_1', ${serviceId}, ${deploymentId}, case when n <= 10 then 'build' else 'runtime' end, 'stdout', now(), 'line ' || n from generate_series(1, 25) n order by n returning id`
    ids = rows.map(({ id }) => String(id))
    await t.database.sql`insert into log_lines (environment_id, service_id, deployment_id, kind, stream, at, text) values ('env_1', 'svc_other', 'dep_other', 'runtime', 'stdout', now(), 'of another service')`
  })

  it('begin with the newest page and are read backwards', async () => {
    const newest = await t.call(serviceLogs, { serviceId, limit: 10 }, { as })
    expect(newest).toMatchObject({ cursor: ids[24], hasBefore: true })
    expect(newest.lines.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, (_, n) => `line ${n + 16}`))
    const middle = await t.call(serviceLogs, { serviceId, before: newest.lines[0]!.id, limit: 10 }, { as })
    const oldest = await t.call(serviceLogs, { serviceId, before: middle.lines[0]!.id, limit: 10 }, { as })
    expect(middle.hasBefore).toBe(true)
    expect(oldest).toMatchObject({ hasBefore: false, lines: { length: 5 } })
    expect([...oldest.lines, ...middle.lines, ...newest.lines].map(({ id }) => id)).toEqual(ids)
  })

  it('go on after a cursor without missing or repeating a line', async () => {
    const read: string[] = []
    let after = ids[4]!
    for (;;) {
      const page = await t.call(deploymentLogs, { deploymentId, after, limit: 7 }, { as })
      read.push(...page.lines.map(({ id }) => id))
      after = page.cursor!
      if (page.lines.length === 0) break
    }
    expect(read).toEqual(ids.slice(5))
    expect(after).toBe(ids[24])
  })

  it('are told apart by kind, and bounded on both sides', async () => {
    const build = await t.call(deploymentLogs, { deploymentId, kind: 'build' }, { as })
    expect(build.lines.map(({ kind }) => kind)).toEqual(Array.from({ length: 10 }, () => 'build'))
    const between = await t.call(serviceLogs, { serviceId, after: ids[2]!, before: ids[6]! }, { as })
    expect(between.lines.map(({ id }) => id)).toEqual(ids.slice(3, 6))
  })

  it('have no cursor before the first line', async () => {
    const silent = await t.call(serviceCreate, { environmentId, source: { type: 'template', template: 'static-site' } }, { as })
    expect(await t.call(serviceLogs, { serviceId: silent.id }, { as })).toEqual({ lines: [], cursor: null, hasBefore: false })
  })

  it('take cursors of any size, and only numbers', async () => {
    expect(await t.call(serviceLogs, { serviceId, after: GREATEST }, { as })).toMatchObject({ lines: [], hasBefore: true })
    expect((await t.call(serviceLogs, { serviceId, before: GREATEST }, { as })).lines).toHaveLength(25)
    await expect(t.call(serviceLogs, { serviceId, after: '1 or 1=1' }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(t.call(serviceLogs, { serviceId, limit: 100_000 }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('for streams begin with the newest lines and go on', async () => {
    const first = await linesAfter(t.platform.db, { serviceId }, null, 3)
    expect(first.map(({ id }) => id)).toEqual(ids.slice(-3))
    expect(await linesAfter(t.platform.db, { serviceId }, ids[24]!, 3)).toEqual([])
  })
})
