import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

import mysql, { type RowDataPacket } from 'mysql2/promise'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { databaseAdd } from '../../lib/contract/database'
import { deploymentCreate } from '../../lib/contract/deployment'
import { databaseRotate, rotationCancel, rotationGet, rotationList, rotationRetry, type RotationView } from '../../lib/contract/rotation'
import { variableReveal, type ServiceView } from '../../lib/contract/service'
import { ENGINES, type EngineName } from '../../lib/domain/engine/engines'
import { ROTATION_STEPS } from '../../lib/domain/rotation'
import { findEngine } from '../../lib/provisioning/database/find-engines'
import { ask as askRedis } from '../../lib/provisioning/database/redis-ask'
import type { Lane } from '../fault/lane'
import { askAllTheTime } from '../harness/ask'
import { until } from '../harness/until'
import type { Scene, Service } from '../trouble/scene'
import { openDatabasesScene, type DatabasesScene } from './databases-scene'

// The password of a real server is replaced while a deployed service asks it all the time, on a connection that it opens again
// when it is lost.

const FIRST_PORT = 28_900
const PORTS_EACH = 80
const ENDS_MS = 180_000
const OF_THIS_REPOSITORY = join(process.cwd(), 'node_modules')

/** Each answer is a query on a connection that is kept; one that breaks counts as a failed query, and so does one that is refused. */
const CLIENTS: Partial<Record<EngineName, string>> = {
  postgres: `const postgres = require(${JSON.stringify(join(OF_THIS_REPOSITORY, 'postgres/cjs/src/index.js'))})
const sql = postgres(process.env.DATABASE_URL, { max: 2, connect_timeout: 5, onnotice: () => {} })
exports.ask = async () => (await sql\`select session_user as name\`)[0].name`,
  mariadb: `const pool = require(${JSON.stringify(join(OF_THIS_REPOSITORY, 'mysql2/index.js'))}).createPool({ uri: process.env.DATABASE_URL, connectionLimit: 2 }).promise()
exports.ask = async () => (await pool.query('select current_user() as name'))[0][0].name`,
  redis: `const { hostname, port, password } = new URL(process.env.REDIS_URL)
exports.ask = () => new Promise((resolve, reject) => {
  const socket = require('node:net').connect(port, hostname)
  let text = ''
  socket.setEncoding('utf8').on('error', reject).on('connect', () => socket.write('AUTH ' + password + '\\r\\nINCR visits\\r\\n'))
  socket.on('data', (chunk) => {
    const found = /^:(\\d+)/m.exec(text += chunk)
    if (found || text.startsWith('-')) socket.destroy(), found ? resolve('default') : reject(new Error(text))
  })
})`,
}

const SERVER = `const { ask } = require('./client')
require('node:http').createServer((request, response) => request.url === '/well' ? response.end() : ask().then((name) => response.end(name), (error) => { response.statusCode = 500; response.end(error.message) })).listen(process.env.PORT)
`

const ENGINES_HERE = await Promise.all((['postgres', 'mariadb', 'redis'] as const).map(async (name) => [name, await findEngine(name, AbortSignal.timeout(60_000))] as const))
const absent = ENGINES_HERE.filter(([, found]) => found.version === null)
if (absent.length > 0) process.stderr.write(`Not run, because they are not installed: ${absent.map(([name]) => ENGINES[name].word).join(', ')}.\n`)

let lane: Lane
let scene: Scene
let { close } = {} as DatabasesScene
beforeAll(async () => void ({ lane, scene, close } = await openDatabasesScene(FIRST_PORT, PORTS_EACH)))
afterAll(() => close())

async function databaseWithUser(engine: EngineName, name: string): Promise<{ database: ServiceView; service: Service; behind: Service }> {
  const { as, environmentId } = lane
  const database = await scene.call(databaseAdd, { environmentId, engine, name }, { as })
  const { id } = await scene.call(deploymentCreate, { serviceId: database.id }, { as })
  expect(await scene.ended(id)).toMatchObject({ status: 'active' })
  const service = await scene.service(`${name}-user`, { 'client.js': CLIENTS[engine]!, 'server.js': SERVER }, { health: { path: '/well' } })
  const { urlKey } = ENGINES[engine]
  await scene.setVariables(service, { [urlKey]: `\${{${name}.${urlKey}}}` })
  await scene.deployed(service)
  // Has it through somebody else.
  const behind = await scene.service(`${name}-behind`, { 'client.js': CLIENTS[engine]!, 'server.js': SERVER }, { health: { path: '/well' } })
  await scene.setVariables(behind, { [urlKey]: `\${{${name}-user.${urlKey}}}` })
  await scene.deployed(behind)
  return { database, service, behind }
}

async function reveal({ id }: ServiceView, key: string): Promise<string> {
  return (await scene.call(variableReveal, { serviceId: id, key }, { as: lane.as })).value
}

/** Asks as somebody with these credentials would. */
async function connects(engine: EngineName, database: ServiceView, login: { user: string; password: string }): Promise<string> {
  const { hostname, port } = new URL(database.privateUrl)
  if (engine === 'redis') return String((await askRedis({ host: hostname, port: Number(port) }, [['AUTH', login.password], ['PING']], AbortSignal.timeout(10_000)))[1])
  if (engine === 'mariadb') return whoOfMariadb(hostname, Number(port), login)
  const sql = clientOf(database, login)
  try {
    return (await sql<{ owner: string }[]>`select current_user as owner`)[0]!.owner
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function whoOfMariadb(host: string, port: number, { user, password }: { user: string; password: string }): Promise<string> {
  const connection = await mysql.createConnection({ host, port, user, password, database: 'app', connectTimeout: 5_000 })
  const [rows] = await connection.query<(RowDataPacket & { user: string })[]>('select current_user() as user').finally(() => connection.destroy())
  return rows[0]!.user.replace('@%', '')
}

const clientOf = ({ privateUrl }: ServiceView, { user, password }: { user: string; password: string }) => postgres({ host: new URL(privateUrl).hostname, port: Number(new URL(privateUrl).port), user, password, database: 'app', max: 1, connect_timeout: 5, onnotice: () => {} })

/** A client may go back to the role that it connected as. */
async function makeAsItself(database: ServiceView, login: { user: string; password: string }): Promise<void> {
  const sql = clientOf(database, login)
  try {
    await sql`create table made_as_owner (n int)`
    await sql`set role none`
    expect((await sql`select current_user as name`)[0]!.name).toBe(login.user)
    await sql`create table made_as_itself as select * from made_as_owner`
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function ownersIn(database: ServiceView, login: { user: string; password: string }): Promise<string[]> {
  const sql = clientOf(database, login)
  try {
    return (await sql<{ owner: string }[]>`select distinct tableowner as owner from pg_tables where schemaname = 'public'`).map(({ owner }) => owner)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const credentials = async (engine: EngineName, database: ServiceView) => ({ user: ENGINES[engine].login.user === null ? '' : await reveal(database, ENGINES[engine].login.user), password: await reveal(database, ENGINES[engine].login.password) })
const begin = (database: ServiceView) => scene.call(databaseRotate, { serviceId: database.id }, { as: lane.as })
const look = ({ id }: Pick<RotationView, 'id'>) => scene.call(rotationGet, { rotationId: id }, { as: lane.as })
const stopped = (rotation: Pick<RotationView, 'id'>) =>
  until('the rotation to stop', async () => {
    const now = await look(rotation)
    return now.status !== 'running' && now
  }, ENDS_MS)

/** Kills the server, and waits until another one answers. */
async function crash(engine: EngineName, database: ServiceView): Promise<void> {
  const [server] = await serversOf(database)
  process.kill(server!, 'SIGKILL')
  await until('the database to be started again', async () => {
    const others = await serversOf(database)
    return others.length > 0 && !others.includes(server!)
  }, ENDS_MS)
  const login = await credentials(engine, database)
  await until('it to answer', () => connects(engine, database, login).then(() => true, () => false), ENDS_MS)
}

async function sealedLeft({ id }: RotationView): Promise<unknown> {
  const [row] = await scene.database.sql`select former_sealed as former, next_sealed as next from rotations where id = ${id}`
  return row
}

/** Processes that work in the data of a database, the first one first. */
async function serversOf({ id }: ServiceView): Promise<number[]> {
  const [row] = await scene.database.sql<{ id: string }[]>`select id from volumes where service_id = ${id}`
  const volume = scene.paths.volume(row!.id.replace('_', '-'))
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isAt(name, volume))
    .map(Number)
    .sort((a, b) => a - b)
}

function isAt(pid: string, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z')
  } catch {
    return false
  }
}

describe.each(ENGINES_HERE)('%s', (engine, found) => {
  test.skipIf(found.version === null)('gets another password, and no query fails', async () => {
    const { database, service, behind } = await databaseWithUser(engine, engine)
    const before = await credentials(engine, database)
    const end = askAllTheTime(scene.ingressPort, service.url)
    const endBehind = askAllTheTime(scene.ingressPort, behind.url)
    const rotation = await begin(database)
    await expect(begin(database)).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('being rotated already') })
    await expect(scene.call(deploymentCreate, { serviceId: database.id }, { as: lane.as })).rejects.toMatchObject({ code: 'not_now' })
    const done = await stopped(rotation)
    expect(done).toMatchObject({ status: 'done', message: null, dependants: [{ name: `${engine}-user`, status: 'active' }, { name: `${engine}-behind`, status: 'active' }] })
    for (const { asked, lost } of [await end(), await endBehind()]) {
      expect(lost).toEqual([])
      expect(asked).toBeGreaterThan(20)
    }
    const after = await credentials(engine, database)
    expect(after.password).not.toBe(before.password)
    expect(await connects(engine, database, after)).toBe(engine === 'redis' ? 'PONG' : before.user)
    await expect(connects(engine, database, before)).rejects.toThrow(/password|WRONGPASS/i)

    if (engine === 'postgres') await makeAsItself(database, after)
    // Two logins take turns where an engine knows one password for each.
    expect(await stopped(await begin(database))).toMatchObject({ status: 'done' })
    const last = await credentials(engine, database)
    expect(last.user).toBe(before.user)
    expect(await connects(engine, database, last)).toBe(engine === 'redis' ? 'PONG' : before.user)
    if (engine === 'postgres') expect(await ownersIn(database, last)).toEqual([before.user])
    for (const gone of [before, after]) await expect(connects(engine, database, gone)).rejects.toThrow(/password|WRONGPASS/i)
  }, 300_000)

  test.skipIf(found.version === null)('gets it whoever is killed between any two steps, and starts with it', async () => {
    const { database, service } = await databaseWithUser(engine, `${engine}-killed`)
    const before = await credentials(engine, database)
    const end = askAllTheTime(scene.ingressPort, service.url)
    const points = ROTATION_STEPS.flatMap((step) => [`rotation:${step}:during`, `rotation:${step}:after`])
    await scene.replaceWorker({ EASEL_KILLED_AT: points[0]! })
    const rotation = await begin(database)
    for (const [index, point] of points.entries()) {
      await until(`the worker to be killed at ${point}`, () => !scene.worker.isAlive(), ENDS_MS)
      const next = points[index + 1]
      await scene.replaceWorker(next === undefined ? {} : { EASEL_KILLED_AT: next })
    }
    expect(await stopped(rotation)).toMatchObject({ status: 'done' })
    expect((await end()).lost).toEqual([])
    await expect(connects(engine, database, before)).rejects.toThrow(/password|WRONGPASS/i)

    // Started again, it is asked with the new one, and takes no other.
    await crash(engine, database)
    await expect(connects(engine, database, before)).rejects.toThrow(/password|WRONGPASS/i)
    await until('it to be found well', async () => (await scene.database.sql`select 1 from workloads where service_id = ${database.id} and phase = 'running' and health = 'healthy'`).length === 1, ENDS_MS)
  }, 300_000)

  test.skipIf(found.version === null)('keeps both while a service cannot follow, and goes back or on as it is told', async () => {
    const name = `${engine}-stuck`
    const { database, service } = await databaseWithUser(engine, name)
    const before = await credentials(engine, database)
    const { urlKey, login } = ENGINES[engine]
    const { hostname, port } = new URL(database.privateUrl)
    const written = { [urlKey]: engine === 'redis' ? `redis://default:${before.password}@${hostname}:${port}` : `${ENGINES[engine].scheme}://${before.user}:${before.password}@${hostname}:${port}/app` }
    const stubborn = await scene.service(`${name}-stubborn`, { 'client.js': CLIENTS[engine]!, 'server.js': SERVER }, { health: { path: '/well' } })
    await scene.setVariables(stubborn, written)
    await scene.deployed(stubborn)
    const ends = [service, stubborn].map(({ url }) => askAllTheTime(scene.ingressPort, url))

    const rotation = await begin(database)
    const failed = await stopped(rotation)
    expect(failed).toMatchObject({ status: 'failed', step: 'redeploy', message: expect.stringContaining(`${name}-stubborn still has the former password after its redeployment, in ${urlKey}`), cannotCancel: null })
    expect(failed.dependants.filter(({ isStuck }) => isStuck)).toEqual([expect.objectContaining({ name: `${name}-stubborn`, status: 'active' })])
    const between = await credentials(engine, database)
    for (const one of [before, between]) await connects(engine, database, one)
    await scene.call(rotationCancel, { rotationId: rotation.id }, { as: lane.as })
    expect(await stopped(rotation)).toMatchObject({ status: 'cancelled', isReturning: true, message: null })
    expect(await credentials(engine, database)).toEqual(before)
    await expect(connects(engine, database, between)).rejects.toThrow(/password|WRONGPASS/i)

    for (const end of ends) expect((await end()).lost).toEqual([])

    const again = await begin(database)
    expect(await stopped(again)).toMatchObject({ status: 'failed' })
    // Started again meanwhile, it takes both as before.
    await crash(engine, database)
    for (const one of [before, await credentials(engine, database)]) await connects(engine, database, one)
    await scene.setVariables(stubborn, { [urlKey]: `\${{${name}.${urlKey}}}` })
    await scene.deployed(stubborn)
    await scene.call(rotationRetry, { rotationId: again.id }, { as: lane.as })
    expect(await stopped(again)).toMatchObject({ status: 'done', message: null })
    await expect(connects(engine, database, before)).rejects.toThrow(/password|WRONGPASS/i)
    const { items, outlook } = await scene.call(rotationList, { serviceId: database.id }, { as: lane.as })
    expect(items.map(({ status }) => status)).toEqual(['done', 'cancelled'])
    expect(outlook).toMatchObject({ cannotRotate: null, stopped: [], redeploys: expect.arrayContaining([expect.objectContaining({ name: `${name}-stubborn` })]) })
    expect(await sealedLeft(again)).toEqual({ former: null, next: null })
    expect(JSON.stringify(items)).not.toContain((await reveal(database, login.password)).slice(0, 8))
  }, 300_000)
})

/** Says something to PostgreSQL as the login that owns everything. */
async function byHand(database: ServiceView, login: { user: string; password: string }, statement: string): Promise<void> {
  const sql = clientOf(database, login)
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

describe('a database that is changed by hand meanwhile', () => {
  test('has its new login made anew while it can be, and is done with when it cannot', async () => {
    const { database } = await databaseWithUser('postgres', 'meddled')
    const former = await credentials('postgres', database)
    const reached = (point: string) => until(`the worker to be killed at ${point}`, () => !scene.worker.isAlive(), ENDS_MS)

    // Dropped before anybody has it: made anew for those who are redeployed.
    await scene.replaceWorker({ EASEL_KILLED_AT: 'rotation:write:after' })
    const rotation = await begin(database)
    await reached('rotation:write:after')
    await byHand(database, former, 'drop role app_b')
    await scene.replaceWorker({ EASEL_KILLED_AT: 'rotation:revoke:before' })
    await reached('rotation:revoke:before')

    // Dropped when everybody has it: it stops, with the former one valid, and makes it anew when it is told to.
    await byHand(database, former, 'drop role app_b')
    await scene.replaceWorker()
    const failed = await stopped(rotation)
    expect(failed).toMatchObject({ status: 'failed', step: 'admit', cannotCancel: null, message: expect.stringContaining('The former one is still valid') })
    expect(await connects('postgres', database, former)).toBe(former.user)
    await scene.call(rotationRetry, { rotationId: rotation.id }, { as: lane.as })
    expect(await stopped(rotation)).toMatchObject({ status: 'done', message: null })
    const present = await credentials('postgres', database)
    expect(await connects('postgres', database, present)).toBe(former.user)
    await expect(connects('postgres', database, former)).rejects.toThrow(/password/)

    // Nobody is let in any more: it is over, and the database can be deployed and restored.
    await scene.replaceWorker({ EASEL_KILLED_AT: 'rotation:revoke:before' })
    const other = await begin(database)
    await reached('rotation:revoke:before')
    await byHand(database, await credentials('postgres', database), 'alter role app_b nologin; alter role app nologin')
    await scene.replaceWorker()
    expect(await stopped(other)).toMatchObject({ status: 'cancelled', message: expect.stringContaining('refuses both logins') })
    expect((await scene.call(rotationList, { serviceId: database.id }, { as: lane.as })).outlook.cannotRotate).toBeNull()
  }, 300_000)
})
