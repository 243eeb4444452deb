import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databaseAdd } from '../../lib/contract/database'
import { deploymentCancel, deploymentCreate, deploymentList, deploymentLogs, deploymentRollback } from '../../lib/contract/deployment'
import { eventList } from '../../lib/contract/organization'
import { serviceDelete, serviceGet, serviceStart, serviceStop, serviceUpdate, variableReplace } from '../../lib/contract/service'
import { allocate } from '../../lib/db/queries/engine/ports'
import { deployments } from '../../lib/db/schema/deployment'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { runDeployment } from '../../lib/provisioning/deploy/run-deployment'
import { reconcile } from '../../lib/provisioning/reconcile/reconcile'
import { sealEnvironment } from '../../lib/secrets/sealed-environment'
import { deploymentMasks } from '../../lib/telemetry/deployment-mask'
import { engineForTest, lookNow, type TestEngine } from '../harness/engine'

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

const hostOf = (url: string) => new URL(url).hostname
const never = new AbortController().signal
const nobody = { onCancel: () => () => {}, close: async () => {} }

async function running(name = 'api') {
  const service = await t.service(name)
  const deployment = await t.deploy(service)
  await t.settle()
  expect(await t.outcome(deployment)).toMatchObject({ status: 'active' })
  return { service, deployment }
}

async function rowsLeft(): Promise<string[]> {
  const left: string[] = []
  for (const table of ['services', 'deployments', 'stages', 'artifacts', 'ports', 'workloads', 'log_cursors', 'variables']) {
    const [row] = await t.database.sql.unsafe<{ n: number }[]>(`select count(*)::int as n from ${table}`)
    if (row!.n > 0) left.push(table)
  }
  return left
}

describe('a new version that does not start', () => {
  test('is given up after three exits, and the former one serves on', async () => {
    const { service, deployment } = await running()
    t.breakNext(service, 'crash')
    const second = await t.deploy(service)
    await t.settle({ forMs: 10_000 })
    expect(await t.outcome(second)).toMatchObject({ status: 'failed', reason: 'crashed', message: expect.stringContaining('with code 1') })
    expect(t.runtime.serving(service.id)).toEqual([deployment])
    await t.settle({ forMs: 600_000 })
    expect(t.runtime.serving(service.id)).toEqual([deployment])
    expect((await t.engine.driver.observe(null, never)).map((seen) => seen.deploymentId)).toEqual([deployment])
  })

  test('is given up at once when its program does not exist', async () => {
    const service = await t.service('api')
    t.breakNext(service, 'start')
    const first = await t.deploy(service)
    await t.settle({ forMs: 1_000 })
    expect(await t.outcome(first)).toMatchObject({ status: 'failed', reason: 'command_not_found' })
    expect(await t.engine.driver.observe(null, never)).toEqual([])
  })

  test('fails with the reason when its source is not there', async () => {
    const service = await t.service('api')
    await rm(service.folder, { recursive: true })
    const first = await t.deploy(service)
    await t.settle()
    expect(await t.outcome(first)).toMatchObject({ status: 'failed', reason: 'source_not_found', stages: { fetch: 'failed' } })
    expect(await readdir(join(t.engine.paths.builds)).catch(() => [])).toEqual([])
  })
})

test('takes another port when somebody else listens there', async () => {
  const service = await t.service('api')
  const apply = t.engine.driver.apply
  let refused: number | null = null
  t.engine.driver.apply = async (workload, signal) => {
    if (refused === null) t.runtime.takePort((refused = workload.port!))
    return apply(workload, signal)
  }
  const first = await t.deploy(service)
  await t.settle()
  expect(await t.outcome(first)).toMatchObject({ status: 'active' })
  expect(t.runtime.applied(first)!.port).not.toBe(refused)
})

test('takes a port that any connection may be given only when no others are left', async () => {
  const { id: serviceId } = await t.service('api')
  const range = { first: 41_000, last: 41_009, avoid: { first: 41_001, last: 60_999 } }
  const take = (workload: string) => allocate(t.database.db, { serviceId, deploymentId: 'dep_x', workload }, range)
  expect(await take('one')).toBe(41_000)
  expect(await take('two')).toBeGreaterThan(41_000)
})

test('gives a database another port of its own while nobody has been told the one that somebody else has', async () => {
  await t.database.sql`update targets set seen = ${JSON.stringify({ ok: true, message: 'It is usable.', engineVersion: null, databases: { postgres: { version: '18.4', missing: null } }, at: new Date().toISOString() })}::text::jsonb where id = ${BUILT_IN_TARGETS.process}`
  const { id, privateUrl } = await t.call(databaseAdd, { environmentId: t.environmentId, engine: 'postgres' }, { as: t.as })
  const before = Number(new URL(privateUrl).port)
  t.runtime.takePort(before)
  const first = await t.call(deploymentCreate, { serviceId: id }, { as: t.as })
  await t.settle()
  expect(await t.outcome(first.id)).toMatchObject({ status: 'active' })
  const port = Number(new URL((await t.call(serviceGet, { serviceId: id }, { as: t.as })).privateUrl).port)
  expect(port).not.toBe(before)
  expect(t.runtime.applied(first.id)!.port).toBe(port)

  // Known from here on, it is waited for.
  const user = await t.service('user')
  await t.call(variableReplace, { serviceId: user.id, variables: { URL: { value: '${{postgres.DATABASE_URL}}', secret: false } } }, { as: t.as })
  await t.deploy(user)
  await t.settle()
  t.runtime.exit(id, 1)
  t.runtime.takePort(port)
  await t.settle({ forMs: 5_000 })
  expect(new URL((await t.call(serviceGet, { serviceId: id }, { as: t.as })).privateUrl).port).toBe(String(port))
})

describe('a version that serves', () => {
  test('is restarted when it crashes, each time later, and the feed says so', async () => {
    const { service, deployment } = await running()
    const starts = async () => (await t.engine.driver.observe(null, never))[0]!.restarts
    t.runtime.fail(service.id, 'crash')
    const before = t.clock.now.getTime()
    const waits: number[] = []
    for (let crash = 1; crash <= 8; crash++) {
      const restarts = await starts()
      await lookNow(t)
      for (let second = 0; second < 70 && (await starts()) === restarts; second++) await t.settle({ forMs: 1_000 })
      waits.push(Math.round((t.clock.now.getTime() - before) / 1000))
    }
    const gaps = waits.slice(1).map((at, index) => at - waits[index]!)
    expect(gaps.every((gap, index) => index === 0 || gap >= gaps[index - 1]! - 1)).toBe(true)
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(55)
    expect(await t.outcome(deployment)).toMatchObject({ status: 'active' })
    expect(t.ingress.leadsTo(hostOf(service.url))).toBeNull()

    t.runtime.heal(service.id)
    await t.settle({ forMs: 61_000 })
    expect(t.runtime.serving(service.id)).toEqual([deployment])
    expect(t.ingress.leadsTo(hostOf(service.url))).not.toBeNull()
    const types = (await t.call(eventList, { organizationId: t.organizationId, limit: 100 }, { as: t.as })).items.map((event) => event.type)
    expect(types.filter((type) => type === 'service.crashed').length).toBeLessThanOrEqual(4)
    expect(types).toContain('service.crashed')
  })

  test('is stopped, is not restarted, and starts again', async () => {
    const { service, deployment } = await running()
    await t.call(serviceStop, { serviceId: service.id }, { as: t.as })
    await t.settle({ forMs: 60_000 })
    expect(await t.engine.driver.observe(null, never)).toEqual([])
    expect(t.ingress.table.routes[0]).toMatchObject({ targets: [], unavailable: 'stopped' })
    await t.call(serviceStart, { serviceId: service.id }, { as: t.as })
    await t.settle()
    expect(t.runtime.serving(service.id)).toEqual([deployment])
  })

  test('goes back to an earlier build without building', async () => {
    const { service, deployment } = await running()
    await writeFile(join(service.folder, 'index.html'), 'second')
    const second = await t.deploy(service)
    await t.settle({ forMs: 20_000 })
    const { id } = await t.call(deploymentRollback, { deploymentId: deployment }, { as: t.as })
    await t.settle({ forMs: 20_000 })
    expect(await t.outcome(id)).toMatchObject({ status: 'active', stages: { fetch: 'skipped', build: 'skipped', release: 'done' } })
    expect(await t.outcome(second)).toMatchObject({ status: 'retired' })
    expect(t.runtime.applied(id)!.start).toMatchObject({ directory: expect.stringContaining(deployment.replace('dep_', 'art_')) })
  })

  test('says so when the kept build is gone', async () => {
    const { deployment } = await running()
    await rm(t.engine.paths.artifact(deployment.replace('dep_', 'art_')), { recursive: true })
    const { id } = await t.call(deploymentRollback, { deploymentId: deployment }, { as: t.as })
    await t.settle()
    expect(await t.outcome(id)).toMatchObject({ status: 'failed', reason: 'artifact_missing' })
  })
})

test('deleting leaves nothing but events, and the lines of its log', async () => {
  const { service } = await running()
  t.runtime.print((await t.engine.driver.observe(null, never))[0]!.name, 'stdout', 'a line')
  await t.deploy(service)
  await t.call(serviceDelete, { serviceId: service.id }, { as: t.as })
  await t.settle({ forMs: 5_000 })
  expect(await rowsLeft()).toEqual([])
  expect(await t.database.sql`select text from log_lines where service_id = ${service.id} and stream = 'stdout' and kind = 'runtime'`).toEqual([{ text: 'a line' }])
  expect(await t.database.sql`select kind from log_lines where service_id = ${service.id} and text like 'It is healthy;%'`).toEqual([{ kind: 'deploy' }])
  expect(await t.engine.driver.observe(null, never)).toEqual([])
  expect(t.ingress.table.routes).toEqual([])
  for (const folder of [t.engine.paths.builds, t.engine.paths.artifacts, t.engine.paths.workloads]) expect(await readdir(folder).catch(() => [])).toEqual([])
  const types = (await t.call(eventList, { organizationId: t.organizationId, limit: 100 }, { as: t.as })).items.map((event) => event.type)
  expect(types).toContain('service.removed')
})

test('removes what nobody knows, after a grace', async () => {
  const { deployment } = await running()
  await t.engine.driver.apply({ ...t.runtime.applied(deployment)!, name: 'dep-stray', deploymentId: 'dep_stray', serviceId: 'svc_stray', port: 29_999 }, never)
  await lookNow(t)
  expect(await t.engine.driver.observe(null, never)).toHaveLength(2)
  await t.settle({ forMs: 31_000 })
  expect((await t.engine.driver.observe(null, never)).map((seen) => seen.deploymentId)).toEqual([deployment])
})

test('does not end the former version before the proxy knows of the new one', async () => {
  const { service, deployment } = await running()
  t.ingress.isDown = true
  const second = await t.deploy(service)
  await t.settle({ forMs: 60_000 })
  expect(await t.outcome(second)).toMatchObject({ status: 'active' })
  expect(t.runtime.serving(service.id).sort()).toEqual([deployment, second].sort())
  t.ingress.isDown = false
  await t.settle({ forMs: 10_000 })
  expect(t.ingress.leadsTo(hostOf(service.url))).toBe(t.runtime.applied(second)!.port)
  expect(t.runtime.serving(service.id)).toEqual([second])
})

describe('a service that is renamed while a version of it is released', () => {
  test('keeps its variables, and what it refers to of its own', async () => {
    const site = await t.service('site')
    await t.call(variableReplace, { serviceId: site.id, variables: { MARK: 'kept', TWICE: '${{site.MARK}} ${{site.MARK}}' } }, { as: t.as })
    const deployment = await t.deploy(site)
    const engine = { ...t.engine, at: async (point: string) => void (point === 'stage:detect:during' && (await t.call(serviceUpdate, { serviceId: site.id, name: 'shop' }, { as: t.as }))) }
    expect(await runDeployment(engine, deployment, { shutdown: new AbortController().signal, cancellations: { onCancel: () => () => {}, close: async () => {} }, isLastAttempt: false })).toBe('done')
    await t.settle()
    expect((await t.outcome(deployment)).status).toBe('active')
    expect(t.runtime.applied(deployment)?.env).toMatchObject({ MARK: 'kept', TWICE: 'kept kept' })
  })

  test('is found by what refers to it and is built meanwhile, and by what is rolled back to', async () => {
    const [site, db] = [await t.service('site'), await t.service('db')]
    await t.call(variableReplace, { serviceId: db.id, variables: { MARK: 'kept' } }, { as: t.as })
    await t.call(variableReplace, { serviceId: site.id, variables: { FOUND: { value: '${{db.MARK}}', secret: false } } }, { as: t.as })
    const deployment = await t.deploy(site)
    const engine = { ...t.engine, at: async (point: string) => void (point === 'stage:detect:during' && (await t.call(serviceUpdate, { serviceId: db.id, name: 'my db' }, { as: t.as }))) }
    expect(await runDeployment(engine, deployment, { shutdown: new AbortController().signal, cancellations: { onCancel: () => () => {}, close: async () => {} }, isLastAttempt: false })).toBe('done')
    await t.settle()
    expect(t.runtime.applied(deployment)?.env).toMatchObject({ FOUND: 'kept' })
    await t.call(variableReplace, { serviceId: site.id, variables: {} }, { as: t.as })
    await t.deploy(site)
    await t.settle()
    await t.call(serviceUpdate, { serviceId: db.id, name: 'another' }, { as: t.as })
    const back = await t.call(deploymentRollback, { deploymentId: deployment }, { as: t.as })
    await t.settle()
    expect(await t.outcome(back.id)).toMatchObject({ status: 'active' })
    expect(t.runtime.applied(back.id)?.env).toMatchObject({ FOUND: 'kept' })
  })
})

describe('cancelling', () => {
  test('before it is begun, it never begins', async () => {
    const service = await t.service('api')
    const first = await t.deploy(service)
    await t.call(deploymentCancel, { deploymentId: first }, { as: t.as })
    await t.settle()
    expect(await t.outcome(first)).toMatchObject({ status: 'cancelled', stages: {} })
  })

  test('while it starts, it goes and the former one serves on', async () => {
    const { service, deployment } = await running()
    t.breakNext(service, 'health')
    const second = await t.deploy(service)
    await t.settle()
    await t.call(deploymentCancel, { deploymentId: second }, { as: t.as })
    await t.settle()
    expect(await t.outcome(second)).toMatchObject({ status: 'cancelled', stages: { start: 'cancelled' } })
    expect((await t.engine.driver.observe(null, never)).map((seen) => seen.deploymentId)).toEqual([deployment])
  })
})

test('of two releases on their way the newer one wins', async () => {
  const { service, deployment } = await running()
  t.breakNext(service, 'health')
  const second = await t.deploy(service)
  await t.settle()
  t.mendNext(service)
  const third = await t.deploy(service)
  await t.settle({ forMs: 20_000 })
  expect(await t.outcome(second)).toMatchObject({ status: 'superseded' })
  expect(await t.outcome(third)).toMatchObject({ status: 'active' })
  expect(await t.outcome(deployment)).toMatchObject({ status: 'retired' })
  expect(t.runtime.serving(service.id)).toEqual([third])
})

test('hides secrets in the runtime log, those of other services too', async () => {
  const db = await t.service('db')
  const api = await t.service('api')
  await t.call(variableReplace, { serviceId: db.id, variables: { PASSWORD: 'deep-secret-1' } }, { as: t.as })
  await t.call(variableReplace, { serviceId: api.id, variables: { OWN: 'own-secret-2', DSN: { value: 'db://u:${{db.PASSWORD}}@h', secret: false } } }, { as: t.as })
  const first = await t.deploy(api)
  await t.settle()
  expect(t.runtime.applied(first)!.env).toMatchObject({ DSN: 'db://u:deep-secret-1@h', OWN: 'own-secret-2', EASEL_SERVICE: 'api' })
  const [seen] = await t.engine.driver.observe(null, never)
  t.runtime.print(seen!.name, 'stdout', 'dsn=db://u:deep-secret-1@h own=own-secret-2')
  await t.engine.collector.drain(seen!)
  await t.engine.collector.drain(seen!)
  const lines = (await t.call(deploymentLogs, { deploymentId: first, kind: 'runtime' }, { as: t.as })).lines.map((line) => line.text)
  expect(lines.filter((line) => line.startsWith('dsn'))).toEqual(['dsn=db://u:[secret]@h own=[secret]'])
})

test('hides a password that is replaced while its service runs, and the one it had before', async () => {
  const { deployment } = await running()
  const { db, seal } = t.engine
  let ms = 0
  const maskOf = deploymentMasks(db, seal, () => ms)
  const give = (secret: string) => db.update(deployments).set({ environmentSealed: sealEnvironment(seal, deployment, { variables: { PASSWORD: secret }, secrets: [secret] }) }).where(eq(deployments.id, deployment))
  const shown = async () => (await maskOf(deployment))('api: former-one-1 later-one-2')
  await give('former-one-1')
  expect(await shown()).toBe('api: [secret] later-one-2')
  await give('later-one-2')
  ms = 10_000
  expect(await shown()).toBe('api: [secret] [secret]')
})

test('a reference that leads nowhere fails before anything is built', async () => {
  const db = await t.service('db')
  const api = await t.service('api')
  await t.call(variableReplace, { serviceId: api.id, variables: { X: { value: '${{db.URL}}', secret: false } } }, { as: t.as })
  await t.call(serviceDelete, { serviceId: db.id }, { as: t.as })
  await t.settle()
  const first = await t.deploy(api)
  await t.settle()
  expect(await t.outcome(first)).toMatchObject({ status: 'failed', reason: 'variable_unresolved', stages: { detect: 'failed' } })
})

test('two workers at once do everything once', async () => {
  const services = await Promise.all(['a', 'b', 'c'].map((name) => t.service(name)))
  const ids = await Promise.all(services.map((service) => t.deploy(service)))
  await Promise.all([t.settle(), t.settle(), t.settle()])
  await t.settle({ forMs: 3_000 })
  for (const id of ids) expect(await t.outcome(id)).toMatchObject({ status: 'active' })
  expect(await t.engine.driver.observe(null, never)).toHaveLength(3)
  const types = (await t.call(eventList, { organizationId: t.organizationId, limit: 100 }, { as: t.as })).items.map((event) => event.type)
  expect(types.filter((type) => type === 'deployment.active')).toHaveLength(3)
})

test('the same deployment and the same look, done again, change nothing', async () => {
  const { service, deployment } = await running()
  const before = { outcome: await t.outcome(deployment), version: t.ingress.table.version, runs: await t.engine.driver.observe(null, never) }
  await runDeployment(t.engine, deployment, { shutdown: never, cancellations: nobody, isLastAttempt: false })
  for (let i = 0; i < 3; i++) await reconcile(t.engine, t.environmentId, never)
  expect({ outcome: await t.outcome(deployment), version: t.ingress.table.version, runs: await t.engine.driver.observe(null, never) }).toEqual(before)
  expect((await t.call(deploymentList, { serviceId: service.id }, { as: t.as })).items).toHaveLength(1)
})
