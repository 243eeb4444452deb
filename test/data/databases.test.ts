import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { databaseAdd } from '../../lib/contract/database'
import { deploymentCreate, deploymentRedeploy, deploymentRollback } from '../../lib/contract/deployment'
import { environmentGraph } from '../../lib/contract/project'
import { ENGINES, type EngineName } from '../../lib/domain/engine/engines'
import { findEngine } from '../../lib/provisioning/database/find-engines'
import type { Lane } from '../fault/lane'
import { until } from '../harness/until'
import type { Scene, Service } from '../trouble/scene'
import { openDatabasesScene, type DatabasesScene } from './databases-scene'

// Real servers as processes, used by a deployed service by reference, while everything around their data is killed or deployed anew.

const FIRST_PORT = 29_700
const PORTS_EACH = 30
const STARTS_MS = 120_000
const OF_THIS_REPOSITORY = join(process.cwd(), 'node_modules')

/** Each answer adds a row, and tells how many there are. */
const CLIENTS: Record<string, string> = {
  postgres: `const postgres = require(${JSON.stringify(join(OF_THIS_REPOSITORY, 'postgres/cjs/src/index.js'))})
exports.add = async () => {
  const sql = postgres(process.env.DATABASE_URL, { max: 1, connect_timeout: 3, onnotice: () => {} })
  try {
    await sql\`create table if not exists visits (at timestamptz default now())\`
    await sql\`insert into visits default values\`
    return (await sql\`select count(*)::int as n from visits\`)[0].n
  } finally { await sql.end({ timeout: 1 }) }
}`,
  redis: `const { hostname, port, password } = new URL(process.env.REDIS_URL)
exports.add = () => new Promise((resolve, reject) => {
  const socket = require('node:net').connect(port, hostname)
  let text = ''
  socket.setEncoding('utf8').on('error', reject).on('close', () => reject(new Error('The connection was closed.'))).on('connect', () => socket.write('AUTH ' + password + '\\r\\nINCR visits\\r\\n'))
  socket.on('data', (chunk) => {
    const found = /^:(\\d+)/m.exec(text += chunk)
    if (found || text.startsWith('-')) socket.destroy(), found ? resolve(found[1]) : reject(new Error(text))
  })
})`,
  mariadb: `const { hostname, port, username, password, pathname } = new URL(process.env.DATABASE_URL)
exports.add = () => new Promise((resolve, reject) => require('node:child_process').execFile('mariadb', ['--no-defaults', '--protocol=tcp', '-h', hostname, '-P', port, '-u', username, '-N', '-e',
  'create table if not exists visits (at timestamp default now()); insert into visits () values (); select count(*) from visits', pathname.slice(1)],
  { env: { ...process.env, MYSQL_PWD: password } }, (error, out) => error ? reject(error) : resolve(out.trim())))`,
}

const SERVER = `const { add } = require('./client')
require('node:http').createServer((request, response) => request.url === '/well' ? response.end() : add().then((count) => response.end(String(count)), (error) => { response.statusCode = 500; response.end(error.message) })).listen(process.env.PORT)
`

const present = await Promise.all(Object.keys(CLIENTS).map(async (name) => [name as EngineName, await findEngine(name as EngineName, AbortSignal.timeout(60_000))] as const))
const absent = present.filter(([, found]) => found.version === null)
if (absent.length > 0) process.stderr.write(`Not run, because they are not installed: ${absent.map(([name]) => ENGINES[name].word).join(', ')}.\n`)

let lane: Lane
let scene: Scene
let { close } = {} as DatabasesScene
beforeAll(async () => void ({ lane, scene, close } = await openDatabasesScene(FIRST_PORT, PORTS_EACH)))
afterAll(() => close())

/** Processes that work in the data of a database; its entry is not among them. */
function serversOf(volume: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      return readlinkSync(`/proc/${name}/cwd`).startsWith(volume) && !readFileSync(`/proc/${name}/stat`, 'utf8').includes(') Z') ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

async function volumeOf(serviceId: string): Promise<string> {
  const [row] = await scene.database.sql<{ id: string }[]>`select id from volumes where service_id = ${serviceId}`
  return scene.paths.volume(row!.id.replace('_', '-'))
}

/** Asks until an answer comes, as a visitor would who tries again. */
function count(service: Service): Promise<number> {
  return until('the service to reach its database', async () => {
    const { status, text } = await scene.ask(service)
    return status === 200 && Number(text)
  }, STARTS_MS, 250)
}

async function settled(deployment: Promise<{ id: string }>): Promise<void> {
  expect(await scene.ended((await deployment).id)).toMatchObject({ status: 'active' })
}

describe.each(present)('%s', (engine, found) => {
  test.skipIf(found.version === null)('keeps what was written, whatever is killed and deployed', async () => {
    const { as, environmentId } = lane
    const database = await scene.call(databaseAdd, { environmentId, engine }, { as })
    const first = await scene.call(deploymentCreate, { serviceId: database.id }, { as })
    await settled(Promise.resolve(first))
    const service = await scene.service(`uses-${engine}`, { 'client.js': CLIENTS[engine]!, 'server.js': SERVER }, { health: { path: '/well' } })
    await scene.setVariables(service, { [ENGINES[engine].urlKey]: `\${{${database.name}.${ENGINES[engine].urlKey}}}` })
    await scene.deployed(service)
    expect(await count(service)).toBe(1)
    expect((await scene.call(environmentGraph, { environmentId }, { as })).links).toContainEqual(expect.objectContaining({ from: service.id, to: database.id }))

    const volume = await volumeOf(database.id)
    const killed = serversOf(volume)
    expect(killed.length).toBeGreaterThan(0)
    for (const pid of killed) process.kill(pid, 'SIGKILL')
    await scene.replaceWorker()
    expect(await count(service)).toBe(2)
    expect(serversOf(volume).some((pid) => killed.includes(pid))).toBe(false)

    await settled(scene.call(deploymentRedeploy, { deploymentId: first.id }, { as }))
    expect(await count(service)).toBe(3)
    await settled(scene.call(deploymentCreate, { serviceId: database.id }, { as }))
    await settled(scene.call(deploymentRollback, { deploymentId: first.id }, { as }))
    expect(await count(service)).toBe(4)

    // Reached directly: the proxy knows nothing of it.
    expect(readFileSync(scene.paths.routeTable, 'utf8')).not.toContain(database.id)
  }, 300_000)
})
