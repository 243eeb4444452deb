// How fast a PostgreSQL database is copied and put back, beside `pg_dump | zstd` of the same rows and `cp` of the same files.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'

import { deploy } from './product.mjs'

const MIB = Number(process.env.EASEL_BENCH_MIB ?? 256)
const TIMES = 3
const HAND_PORT = 23_997
const DEBIAN = '/usr/lib/postgresql'
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds of each time by what was done, the size of the database, and of what was made of it. */
export async function copies({ api, environmentId, folder }) {
  while ((await api('GET', `/environments/${environmentId}/engines`)).body.engines.find(({ engine }) => engine === 'postgres').missing !== null) await pause(100)
  const { body: database } = await api('POST', `/environments/${environmentId}/databases`, { engine: 'postgres' })
  const { status, failure } = await deploy(api, database.id)
  if (status !== 'active') throw new Error(`The database is ${status}: ${failure?.message}`)
  const { value: password } = (await api('POST', `/services/${database.id}/variables/POSTGRES_PASSWORD/reveal`, {})).body
  const port = Number(new URL(database.privateUrl.replace(/^postgresql/, 'http')).port)
  const bytes = await fill({ host: '127.0.0.1', port, user: 'app', password, database: 'app' })
  const times = { snapshot: [], restore: [], cp: [] }
  let sizeBytes = 0
  for (let i = 0; i < TIMES; i++) {
    const { body: asked } = await api('POST', `/environments/${environmentId}/snapshots`, { serviceId: database.id })
    const snapshot = await ended(async () => (await api('GET', `/snapshots/${asked.id}`)).body)
    times.snapshot.push(snapshot.durationMs)
    sizeBytes = snapshot.sizeBytes
    times.cp.push(copyFiles(join(folder, 'data', 'volumes')))
    const { body: wanted } = await api('POST', `/snapshots/${snapshot.id}/restores`, {})
    const restore = await ended(async () => (await api('GET', `/environments/${environmentId}/snapshot-plan?serviceId=${database.id}`)).body.restores.find((each) => each.id === wanted.id))
    times.restore.push(Date.parse(restore.finishedAt) - Date.parse(restore.createdAt))
  }
  return { bytes, sizeBytes, times, hand: await byHand() }
}

async function ended(look) {
  for (;;) {
    const seen = await look()
    if (seen.status === 'failed') throw new Error(seen.message)
    if (seen.status === 'done') return seen
    await pause(100)
  }
}

/** Rows that do not pack as well as one text again and again, nor as badly as noise. */
async function fill(place) {
  const sql = postgres({ ...place, max: 1, onnotice: () => {} })
  await sql`create table bench (id bigint primary key, a text not null, b text not null)`
  // A row takes about 170 bytes.
  await sql`insert into bench select n, md5(n::text) || md5((n / 7)::text), 'customer ' || (n % 1000) || ' of region ' || (n % 17) || repeat(' paid', (n % 9)::int) from generate_series(1, ${Math.round((MIB * 1024 * 1024) / 190)}::bigint) n`
  await sql`checkpoint`
  const [row] = await sql`select pg_database_size(current_database())::float8 as bytes`
  await sql.end()
  return row.bytes
}

function copyFiles(volumes) {
  const [name] = readdirSync(volumes).filter((each) => each.startsWith('vol'))
  const into = mkdtempSync(join(tmpdir(), 'easel-cp-'))
  const began = performance.now()
  try {
    execFileSync('cp', ['-a', '--reflink=auto', join(volumes, name), into], { stdio: 'ignore' })
    execFileSync('sync', ['-f', into])
    return performance.now() - began
  } finally {
    rmSync(into, { recursive: true, force: true })
  }
}

/** The same rows in a server of the machine, by the programs that come with it; null where there are none. */
async function byHand() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).filter((version) => existsSync(join(DEBIAN, version, 'bin', 'postgres'))) : []
  const version = versions.sort((a, b) => Number(b) - Number(a))[0]
  if (version === undefined) return null
  const bin = (name) => join(DEBIAN, version, 'bin', name)
  const folder = mkdtempSync(join(tmpdir(), 'easel-hand-'))
  const ids = process.getuid() === 0 ? { uid: Number(execFileSync('id', ['-u', 'postgres'])), gid: Number(execFileSync('id', ['-g', 'postgres'])) } : {}
  if (ids.uid !== undefined) chownSync(folder, ids.uid, ids.gid)
  const options = { ...ids, cwd: folder, env: { LC_ALL: 'C', PATH: process.env.PATH }, stdio: 'ignore' }
  execFileSync(bin('initdb'), ['-D', join(folder, 'data'), '-U', 'app', '--auth=trust', '--encoding=UTF8'], options)
  const server = spawn(bin('postgres'), ['-D', join(folder, 'data'), '-c', `port=${HAND_PORT}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='], options)
  const place = { host: '127.0.0.1', port: HAND_PORT, user: 'app', database: 'postgres' }
  const reach = ['-h', place.host, '-p', String(place.port), '-U', place.user]
  try {
    while (!(await isUp(place))) await pause(50)
    const bytes = await fill(place)
    const times = { dump: [], load: [] }
    const file = join(folder, 'dump.zst')
    for (let i = 0; i < TIMES; i++) {
      times.dump.push(await piped([bin('pg_dump'), ...reach, 'postgres'], ['zstd', '-q', '-1', '-f', '-o', file]))
      execFileSync(bin('createdb'), [...reach, `copy${i}`])
      times.load.push(await piped(['zstd', '-dcq', file], [bin('psql'), '-q', ...reach, `copy${i}`]))
    }
    return { version, bytes, sizeBytes: statSync(file).size, times }
  } finally {
    server.kill('SIGINT')
    await once(server, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function isUp(place) {
  const sql = postgres({ ...place, max: 1, connect_timeout: 2, onnotice: () => {} })
  return sql`select 1`.then(() => true, () => false).finally(() => sql.end({ timeout: 1 }))
}

/** Milliseconds until both programs have ended well. */
async function piped([one, ...oneArgs], [other, ...otherArgs]) {
  const began = performance.now()
  const second = spawn(other, otherArgs, { stdio: ['pipe', openSync('/dev/null', 'w'), 'inherit'] })
  const first = spawn(one, oneArgs, { stdio: ['ignore', second.stdin, 'inherit'] })
  second.stdin.destroy()
  const codes = await Promise.all([first, second].map(async (child) => (await once(child, 'exit'))[0]))
  if (codes.some((code) => code !== 0)) throw new Error(`${one} and ${other} ended with ${codes.join(' and ')}.`)
  return performance.now() - began
}
