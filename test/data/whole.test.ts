import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import mysql from 'mysql2/promise'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ENGINES, type EngineName } from '../../lib/domain/engine/engines'
import { findEngine } from '../../lib/provisioning/database/find-engines'
import { ask as askRedis } from '../../lib/provisioning/database/redis-ask'
import { ask } from '../harness/ask'
import { makeInstallation, type Installation } from '../harness/installation'
import { restOfOwner, type Rest } from '../harness/rest'
import { until } from '../harness/until'
import { writeApp } from '../trouble/apps'

// Everything there is, as `npm start` runs it, is killed in one moment while it is written to: what was said to be written is
// there when it has been started again. Redis appends to its file before it answers (`appendonly`), so a killed process loses nothing.

const PORTS = { firstPort: 29_640, workloads: '29642-29699' }
const ENDS_MS = 120_000
/** How much is acknowledged by each before everything is killed. */
const ENOUGH = 20

/** Appends a line to a file of its volume; answers when the line is on the disk. */
const APP = `const fs = require('node:fs')
const file = process.env.EASEL_VOLUME_PATH && require('node:path').join(process.env.EASEL_VOLUME_PATH, 'lines')
require('node:http').createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://app')
  if (pathname !== '/add') return response.end(file && fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '')
  const fd = fs.openSync(file, 'a')
  fs.writeSync(fd, searchParams.get('n') + '\\n')
  fs.fsyncSync(fd)
  fs.closeSync(fd)
  response.end('written')
}).listen(process.env.PORT)
`

/** Something that numbers are written to. */
type Book = { name: string; write(n: number): Promise<void>; read(): Promise<number[]>; close?(): void }
type Writer = { acknowledged: number[]; end: Promise<void>; stop(): void }

let house: Installation
let rest: Rest
beforeAll(async () => {
  house = await makeInstallation(PORTS)
  await house.start()
  rest = await restOfOwner([house.address])
})
afterAll(async () => {
  expect(await house.close(), 'what was left running').toEqual([])
})

async function send(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await rest.send(method, path, body)
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function deploy(serviceId: string): Promise<void> {
  const { id } = await send('POST', `/services/${serviceId}/deployments`, {})
  const ended = await until('the deployment to end', async () => {
    const now = await send('GET', `/deployments/${id as string}`)
    return !['queued', 'building', 'releasing'].includes(now.status as string) && now
  }, ENDS_MS)
  expect(ended).toMatchObject({ status: 'active' })
}

/** Draws and deploys a database, and tells how to reach it. */
async function database(environmentId: string, engine: EngineName): Promise<{ host: string; port: number; user: string; password: string }> {
  const { id, privateUrl } = (await send('POST', `/environments/${environmentId}/databases`, { engine })) as { id: string; privateUrl: string }
  await deploy(id)
  const { user, password } = ENGINES[engine].login
  const reveal = async (key: string | null) => (key === null ? '' : ((await send('POST', `/services/${id}/variables/${key}/reveal`)).value as string))
  const { hostname, port } = new URL(privateUrl)
  return { host: hostname, port: Number(port), user: await reveal(user), password: await reveal(password) }
}

const BOOKS: Record<'postgres' | 'mariadb' | 'redis', (at: Awaited<ReturnType<typeof database>>) => Promise<Book>> = {
  async postgres(at) {
    const sql = postgres({ ...at, database: 'app', max: 2, connect_timeout: 5, onnotice: () => {} })
    await sql`create table book (n int primary key)`
    return { name: 'PostgreSQL', write: async (n) => void (await sql`insert into book values (${n})`), read: async () => (await sql<{ n: number }[]>`select n from book`).map(({ n }) => n), close: () => void sql.end({ timeout: 1 }) }
  },
  async mariadb(at) {
    const pool = mysql.createPool({ ...at, database: 'app', connectionLimit: 2, connectTimeout: 5_000 })
    await pool.query('create table book (n int primary key) engine=innodb')
    return { name: 'MariaDB', write: async (n) => void (await pool.query('insert into book values (?)', [n])), read: async () => ((await pool.query('select n from book'))[0] as { n: number }[]).map(({ n }) => n), close: () => void pool.end().catch(() => undefined) }
  },
  async redis(at) {
    const say = async (...command: string[]) => (await askRedis(at, [['AUTH', at.password], command], AbortSignal.timeout(10_000)))[1]
    return { name: 'Redis', write: async (n) => void (await say('SADD', 'book', String(n))), read: async () => ((await say('SMEMBERS', 'book')) as string[]).map(Number) }
  },
}

/** A volume of a service that serves through the ingress. */
async function volume(environmentId: string): Promise<Book & { serviceId: string; volumeId: string }> {
  const folder = join(house.outside, 'app')
  mkdirSync(folder)
  writeApp(folder, { 'server.js': APP })
  const service = await send('POST', `/environments/${environmentId}/services`, { name: 'book', source: { type: 'local', path: folder } })
  const { id: volumeId } = await send('POST', `/environments/${environmentId}/volumes`, { serviceId: service.id, path: '/data' })
  await deploy(service.id as string)
  const get = async (path: string) => {
    const { status, text } = await ask(house.ingressPort, service.url as string, path)
    if (status !== 200) throw new Error(`${status} ${text}`)
    return text
  }
  return { name: 'a volume', serviceId: service.id as string, volumeId: volumeId as string, write: async (n) => void (await get(`/add?n=${n}`)), read: async () => (await get('/')).split('\n').filter(Boolean).map(Number) }
}

/** What Easel itself is told: the number is the name of a project, of which it knows the last one. */
function ofEasel(projectId: string): Book {
  return {
    name: 'Easel',
    write: async (n) => void (await send('PATCH', `/projects/${projectId}`, { name: `Number ${n}` })),
    read: async () => {
      const last = Number(((await send('GET', `/projects/${projectId}`)).name as string).slice('Number '.length))
      return Array.from({ length: last + 1 }, (_, n) => n)
    },
  }
}

/** Writes one number after the other until that fails, or it is told to stop. */
function startWriting({ write }: Book, first: number): Writer {
  const acknowledged: number[] = []
  let isOver = false
  const end = (async () => {
    for (let n = first; !isOver; n++) {
      await write(n)
      acknowledged.push(n)
    }
  })().catch(() => undefined)
  return { acknowledged, end, stop: () => (isOver = true) }
}

const present = await Promise.all((['postgres', 'mariadb', 'redis'] as const).map(async (engine) => ({ engine, found: await findEngine(engine, AbortSignal.timeout(60_000)) })))
const absent = present.filter(({ found }) => found.version === null)
if (absent.length > 0) process.stderr.write(`Left out, because they are not installed: ${absent.map(({ engine }) => ENGINES[engine].word).join(', ')}.\n`)

/** Programs that hold data, by how their command begins; they go on when what started them is gone. */
const SERVERS = ['postgres', 'mariadbd', 'redis-server']
const isServer = (command: string) => SERVERS.some((name) => command.startsWith(name))

/** Kills while everything is written to, starts Easel again, and looks for what was acknowledged. */
async function survives(books: readonly Book[], first: number, crash: () => string[]): Promise<string[]> {
  const writers = books.map((book) => startWriting(book, first))
  await until('enough to be written by each', () => writers.every(({ acknowledged }) => acknowledged.length >= ENOUGH), ENDS_MS, 5)
  const killed = crash()
  await house.start()
  for (const [index, { name, read }] of books.entries()) {
    const writer = writers[index]!
    writer.stop()
    await writer.end
    const written = new Set(await until(`${name} to answer`, () => read().catch(() => null), ENDS_MS, 100))
    expect(writer.acknowledged.filter((n) => !written.has(n)), `lost by ${name}`).toEqual([])
  }
  return killed
}

test('whatever was said to be written is there after everything has been killed at once', async () => {
  const project = await send('POST', '/projects', { name: 'Number 0' })
  const [{ id: environmentId }] = project.environments as [{ id: string }]
  await until('the machine to be looked at', async () => ((await send('GET', `/environments/${environmentId}/engines`)).engines as { versions: string[] }[]).some(({ versions }) => versions.length > 0))
  const ofVolume = volume(environmentId)
  const ofDatabases = present.filter(({ found }) => found.version !== null).map(async ({ engine }) => BOOKS[engine](await database(environmentId, engine)))
  const books = [ofEasel(project.id as string), await ofVolume, ...(await Promise.all(ofDatabases))]

  const killed = await survives(books, 1, () => house.crash())
  expect(killed).toEqual(expect.arrayContaining(['node start.mjs', 'sh keeper.sh', 'node server.js', ...(ofDatabases.length === SERVERS.length ? SERVERS.map((name) => expect.stringMatching(`^${name}`)) : [])]))
  // Their servers go on, and hold port and data, when only what watches over them is killed.
  expect((await survives(books, 100_000, () => house.crash((command) => !isServer(command)))).some(isServer)).toBe(false)
  for (const { close } of books) close?.()

  const { serviceId, volumeId, read } = await ofVolume
  const lines = await read()
  await send('DELETE', `/volumes/${volumeId}/mount`)
  await deploy(serviceId)
  expect(await read(), 'without its volume').toEqual([])
  await send('PUT', `/volumes/${volumeId}/mount`, { serviceId, path: '/data' })
  await deploy(serviceId)
  expect(await read(), 'attached again').toEqual(lines)
}, 300_000)
