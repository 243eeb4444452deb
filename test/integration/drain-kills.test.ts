import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { authenticateBearer } from '../../lib/auth/authenticate'
import { drainCreate, drainList } from '../../lib/contract/drain'
import { append } from '../../lib/db/queries/engine/log-lines'
import { newId } from '../../lib/ids'
import { createDatabase } from '../harness/database'
import { linesIn, startDrainSink } from '../harness/drain-sink'
import { platformOn, type TestPlatform } from '../harness/platform'
import { until } from '../harness/until'

// Numbers are printed while whoever sends them is killed amid requests and its connections to the database are cut. Afterwards each has arrived, and in order.

const SERVICES = 3
const LINES = 1_500
const PAUSE_MS = 200
const PROGRAM = join(process.cwd(), 'dist', 'test', 'drain-worker.mjs')

let t: TestPlatform
let sink: Awaited<ReturnType<typeof startDrainSink>>
let worker: ChildProcess | null = null
const key = randomBytes(32).toString('hex')

beforeAll(async () => {
  await build({ absWorkingDir: process.cwd(), entryPoints: ['test/harness/drain-worker.ts'], outfile: PROGRAM, bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning', alias: { '@': process.cwd() } })
  t = platformOn({ ...(await createDatabase()), encryptionKey: key }, {})
  sink = await startDrainSink()
})
afterAll(async () => {
  worker?.kill('SIGKILL')
  await sink.close()
  await t.close()
})

const start = () => void (worker = spawn(process.execPath, [PROGRAM, t.url, key], { stdio: 'ignore', env: { PATH: process.env.PATH!, EASEL_LOG_LEVEL: 'silent' } as never }))

test('nothing is lost and nothing comes out of order while whoever sends is killed and the database is cut off', async () => {
  const owner = await t.owner()
  const { environmentId } = await t.project(owner)
  const as = await authenticateBearer(t.platform, `Bearer ${owner.accessToken}`)
  const organizationId = owner.organization!.id
  const ids = Array.from({ length: SERVICES }, () => newId('service'))
  for (const [i, id] of ids.entries()) await t.database.sql`insert into services (id, environment_id, name, host_label, source, settings) values (${id}, ${environmentId}, ${`s${i}`}, ${`s${i}`}, '{"type":"template","template":"node-service"}', '{}')`
  const { id } = await t.call(drainCreate, { organizationId, name: 'numbers', settings: { kind: 'http', url: `${sink.url}/in` } }, { as })
  const print = async (serviceId: string) => {
    for (let n = 1; n <= LINES; n += 50) {
      const lines = Array.from({ length: 50 }, (_, i) => ({ kind: 'runtime' as const, stream: 'stdout' as const, at: new Date(), text: String(n + i), deploymentId: null }))
      await t.database.db.transaction((tx) => append(tx, { environmentId, serviceId }, lines))
      // As services print: there is always something to come while it is killed.
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  let kills = 0
  let cuts = 0
  sink.rule(async () => {
    const count = sink.asked.length
    // Before and after it is written down by the other side, which says so to nobody.
    if (count % 9 === 4 && kills < 6) {
      kills++
      worker?.kill('SIGKILL')
      start()
      return kills % 2 === 0 ? { status: 200 } : null
    }
    if (count % 9 === 8 && cuts < 4) {
      cuts++
      await t.database.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'drain-worker'`
    }
    return { status: 200 }
  })
  start()
  await Promise.all(ids.map(print))
  const sent = async () => (await t.call(drainList, { organizationId }, { as })).items.find((each) => each.id === id)!
  await until('everything to be sent', async () => {
    const { waiting } = await sent()
    return waiting.lines === 0
  }, 50_000)
  expect([kills, cuts], 'it was killed and cut off').toEqual([6, 4])
  const lines = linesIn(sink.taken)
  for (const serviceId of ids) {
    const own = lines.filter((line) => line.service.id === serviceId).map(({ message }) => Number(message))
    const firsts = [...new Set(own)]
    // Each arrived first after the one before it; what came again came in its order too.
    expect(firsts).toEqual(Array.from({ length: LINES }, (_, i) => i + 1))
    expect(own.every((n, i) => i === 0 || n <= own[i - 1]! + 1), 'no number before the one it follows').toBe(true)
  }
  expect((await sent()).sentLines).toBeGreaterThanOrEqual(SERVICES * LINES)
})
