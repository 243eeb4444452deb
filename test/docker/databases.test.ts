import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { dataExecute, dataOverview, dataQuery, dataRows } from '@/lib/contract/data'
import { databaseAdd, databaseFigures } from '@/lib/contract/database'
import { deploymentCreate, deploymentRollback } from '@/lib/contract/deployment'
import { databaseRotate, rotationGet } from '@/lib/contract/rotation'
import { variableReveal } from '@/lib/contract/service'
import type { EngineName } from '@/lib/domain/engine/engines'
import { BUILT_IN_TARGETS } from '@/lib/domain/target'
import { workerDoor } from '@/lib/http/worker-door'
import { log } from '@/lib/log'
import { makeImageStore } from '@/lib/provisioning/build/image/docker-image-store'
import { ask } from '@/lib/provisioning/database/redis-ask'
import { dockerDriver } from '@/lib/provisioning/runtime/docker/docker-driver'
import { environmentNow } from '@/lib/worker/environment-now'
import { serveData } from '@/lib/worker/serve-data'
import { listenTerminals, type TerminalServer } from '@/lib/worker/terminals/listen'
import { engineForTest, lookNow, oneTarget, type TestEngine } from '../harness/engine'
import { until } from '../harness/until'
import { removeMarked, testApi, testConnection, testMark } from './engine'

// Databases as containers, of images with the interface of the official ones; `.ci/base-images` makes them.

const PREFIX = 'easel-test/'
const api = testApi()
const never = new AbortController().signal
const store = makeImageStore(testConnection(), api)
const hasEngine = await api.version(AbortSignal.timeout(5_000)).then(() => true, () => false)
const absent: string[] = []
for (const image of ['postgres:15', 'redis:7', 'mariadb:10.11', 'valkey/valkey:8', 'mysql:9.7']) if (!hasEngine || !(await store.inspect(`${PREFIX}${image}`, never))) absent.push(image)
if (hasEngine && absent.length > 0) process.stderr.write(`Not run, because .ci/base-images has not made their images: ${absent.join(', ')}.\n`)

let t: TestEngine
let mark: string
let folder: string
let worker: TerminalServer

beforeAll(async () => {
  if (!hasEngine) return
  mark = testMark()
  folder = await mkdtemp(join(tmpdir(), 'easel-databases-'))
  t = await engineForTest()
  const driver = dockerDriver({ api, folder: join(folder, 'target'), instanceId: mark, targetId: BUILT_IN_TARGETS.docker, log, reach: null, environmentNow: environmentNow(t.database.db, t.platform.seal) })
  await t.database.sql`insert into targets (id, name, kind) values (${BUILT_IN_TARGETS.docker}, 'Docker', 'docker') on conflict do nothing`
  await t.database.sql`update environments set target_id = ${BUILT_IN_TARGETS.docker}`
  const target = { id: BUILT_IN_TARGETS.docker, name: 'Docker', driver, images: store }
  Object.assign(t.engine, { driver, targets: { ...oneTarget(driver), byId: async () => target, ofEnvironment: async () => target, all: async () => [target] }, config: { ...t.engine.config, baseImages: PREFIX } })
  const { db, seal, now } = t.engine
  worker = await listenTerminals({ directory: join(folder, 's'), db, now, driverOf: async () => driver, log, onRequest: serveData({ db, seal, now, log }) })
  t.platform.worker = workerDoor(join(folder, 's'))
})

afterAll(async () => {
  if (!hasEngine) return
  const services = await t.database.sql<{ id: string }[]>`select distinct service_id as id from deployments`
  await worker.close()
  await t.engine.driver.close()
  await removeMarked(api, `easel.instance=${mark}`)
  for (const { id } of services) for (const name of await store.tags(`easel/${id}:`, never)) await store.remove(name, never)
  await t.close()
  await rm(folder, { recursive: true, force: true })
})

async function deployed(deploymentId: string): Promise<void> {
  const ended = await until('the deployment to end', async () => {
    await lookNow(t)
    const found = await t.outcome(deploymentId)
    return ['active', 'failed', 'retired', 'cancelled'].includes(found.status) ? found : null
  }, 100_000, 200)
  expect(ended).toMatchObject({ status: 'active', message: null })
}

async function added(engine: EngineName, version: string) {
  const database = await t.call(databaseAdd, { environmentId: t.environmentId, engine, version }, { as: t.as })
  const { id } = await t.call(deploymentCreate, { serviceId: database.id }, { as: t.as })
  await deployed(id)
  return { database, first: id }
}

/** Where its container is now. */
async function addressOf(serviceId: string): Promise<string> {
  const seen = (await t.engine.driver.observe(null, never)).find((each) => each.serviceId === serviceId && each.phase === 'running')
  return seen!.address!.host
}

async function kill(serviceId: string): Promise<void> {
  for (const id of await containersOf(serviceId)) await api.run({ method: 'POST', path: `/containers/${id}/kill`, query: { signal: 'KILL' }, signal: never })
}

async function rotated(serviceId: string): Promise<void> {
  const { id } = await t.call(databaseRotate, { serviceId }, { as: t.as })
  const ended = await until('the rotation to end', async () => {
    await lookNow(t)
    const found = await t.call(rotationGet, { rotationId: id }, { as: t.as })
    return found.status === 'running' ? null : found
  }, 60_000, 200)
  expect(ended).toMatchObject({ status: 'done', message: null })
}

const reveal = async (serviceId: string, key: string) => (await t.call(variableReveal, { serviceId, key }, { as: t.as })).value

/** As a crash would end it; another container takes its place. */
async function restarted(serviceId: string): Promise<void> {
  const before = await containersOf(serviceId)
  await kill(serviceId)
  await until('another container', async () => {
    await lookNow(t)
    await t.settle({ forMs: 1_000 })
    const now = await containersOf(serviceId)
    return now.length > 0 && !now.includes(before[0]!)
  }, 60_000, 300)
  await until('it to be well', async () => (await t.engine.driver.observe(null, never)).some((each) => each.serviceId === serviceId && each.health === 'healthy'), 60_000, 200)
}

async function containersOf(serviceId: string): Promise<string[]> {
  const filters = { label: [`easel.service=${serviceId}`] }
  return (await api.json({ method: 'GET', path: '/containers/json', query: { filters }, signal: never }, z.array(z.object({ Id: z.string() })))).map(({ Id }) => Id)
}

const RELATED = [
  { engine: 'mariadb', version: '10.11' },
  { engine: 'mysql', version: '9.7' },
] as const
const KINDRED = [
  { engine: 'redis', version: '7', image: 'redis:7', key: 'REDIS_PASSWORD' },
  { engine: 'valkey', version: '8', image: 'valkey/valkey:8', key: 'VALKEY_PASSWORD' },
] as const

describe.skipIf(!hasEngine)('a database on Docker', () => {
  it.skipIf(absent.includes('postgres:15'))('keeps what was written when it is killed and rolled back', { timeout: 300_000 }, async () => {
    const { database, first } = await added('postgres', '15')
    expect(database.privateUrl).toBe('postgresql://postgres:5432')
    const { value: password } = await t.call(variableReveal, { serviceId: database.id, key: 'POSTGRES_PASSWORD' }, { as: t.as })
    expect(password).toMatch(/^[A-Za-z0-9]{32}$/)
    const sql = async <T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> => {
      const client = postgres({ host: await addressOf(database.id), port: 5432, user: 'app', password, database: 'app', max: 1, connect_timeout: 10, onnotice: () => {} })
      return work(client).finally(() => client.end({ timeout: 1 }))
    }
    await sql(async (client) => {
      await client`create table visits (n int)`
      await client`insert into visits values (42)`
    })
    expect(await t.call(dataRows, { serviceId: database.id, schema: 'public', table: 'visits' }, { as: t.as })).toMatchObject({ columns: [{ name: 'n' }], rows: [['42']] })
    expect(await t.call(databaseFigures, { serviceId: database.id }, { as: t.as })).toMatchObject({ connections: { allowed: 100 }, sizeBytes: expect.any(Number), operations: expect.any(Number) })
    const rows = () => sql(async (client) => (await client<{ n: number }[]>`select n from visits`).map(({ n }) => n))

    await kill(database.id)
    await until('the database to be back', async () => {
      await lookNow(t)
      await t.settle({ forMs: 1_000 })
      return rows().catch(() => null)
    }, 60_000, 300)
    expect(await rows()).toEqual([42])
    await deployed((await t.call(deploymentRollback, { deploymentId: first }, { as: t.as })).id)
    expect(await rows()).toEqual([42])

    // Another password, which a roll-back keeps: the data knows no other.
    await rotated(database.id)
    await expect(rows()).rejects.toThrow(/password authentication failed/)
    await deployed((await t.call(deploymentRollback, { deploymentId: first }, { as: t.as })).id)
    const next = postgres({ host: await addressOf(database.id), port: 5432, user: await reveal(database.id, 'POSTGRES_USER'), password: await reveal(database.id, 'POSTGRES_PASSWORD'), database: 'app', max: 1, connect_timeout: 10, onnotice: () => {} })
    expect(await next`select current_user as owner, n from visits`.finally(() => next.end({ timeout: 1 }))).toEqual([{ owner: 'app', n: 42 }])
  })

  it.each(KINDRED)('runs $engine with a password, which its probe knows', { timeout: 120_000 }, async ({ engine, version, image, key }) => {
    if (absent.includes(image)) return
    const { database } = await added(engine, version)
    expect(database.privateUrl).toBe(`redis://${engine}:6379`)
    expect(await t.call(dataOverview, { serviceId: database.id }, { as: t.as })).toMatchObject({ kind: 'keys', databases: [{ index: 0, keys: 0 }] })
    expect(await t.call(databaseFigures, { serviceId: database.id }, { as: t.as })).toMatchObject({ connections: { allowed: 10_000 }, sizeBytes: expect.any(Number), operations: expect.any(Number) })
    const knock = async (password: string) => (await ask({ host: await addressOf(database.id), port: 6379 }, [['AUTH', password], ['PING']], AbortSignal.timeout(10_000)))[1]
    const former = await reveal(database.id, key)
    await rotated(database.id)
    await restarted(database.id)
    await expect(knock(former)).rejects.toThrow('WRONGPASS')
    expect(await knock(await reveal(database.id, key))).toBe('PONG')
  })

  it.each(RELATED)('runs $engine with a user of its own, by which it is asked', { timeout: 180_000 }, async ({ engine, version }) => {
    if (absent.includes(`${engine}:${version}`)) return
    const { database } = await added(engine, version)
    expect(database.privateUrl).toBe(`mysql://${engine}:3306`)
    await t.call(dataExecute, { serviceId: database.id, statement: 'create table notes (id int primary key)' }, { as: t.as })
    expect(await t.call(dataQuery, { serviceId: database.id, statement: 'show tables' }, { as: t.as })).toMatchObject({ rows: [['notes']] })
    expect(await t.call(databaseFigures, { serviceId: database.id }, { as: t.as })).toMatchObject({ connections: { allowed: 151 }, sizeBytes: expect.any(Number), operations: expect.any(Number) })
  })
})
