import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readdirSync, statSync, writeFileSync, appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'

import { log } from '../../lib/log'
import { openBuildLog, type BuildLog } from '../../lib/telemetry/build-log'
import { platformForTest, type TestPlatform } from '../harness/platform'
import { smallDisk } from '../harness/small-disk'
import { until } from '../harness/until'

// A build says things; workers die, the database goes away, commands flood. In the end everything it said is stored, once
// and in order, or a line says how much is missing.

const SERVICE = 'svc_1'
const DEPLOYMENT = 'dep_1'

let t: TestPlatform
let folder: string
let opened: BuildLog[]
/** While true, the database is away. */
let isAway: boolean
beforeEach(async () => {
  t = await platformForTest()
  folder = mkdtempSync(join(tmpdir(), 'easel-build-log-'))
  opened = []
  isAway = false
})
afterEach(async () => {
  isAway = false
  for (const one of opened) await one.close(0)
  await t.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(): BuildLog {
  const db = new Proxy(t.database.db, {
    get: (target, key, receiver) => (key === 'transaction' && isAway ? () => Promise.reject(new Error('The database is away.')) : (Reflect.get(target, key, receiver) as unknown)),
  })
  const one = openBuildLog({ db, log, seal: t.platform.seal, now: () => new Date(), environmentId: 'env_1', serviceId: SERVICE, deploymentId: DEPLOYMENT, folder })
  opened.push(one)
  return one
}

/** What is stored, as `stream text`. */
async function stored(): Promise<string[]> {
  const rows = await t.database.sql<{ stream: string; text: string }[]>`select stream, text from log_lines where deployment_id = ${DEPLOYMENT} and kind = 'build' order by id`
  return rows.map(({ stream, text }) => `${stream} ${text}`)
}

const bytesOnDisk = () => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)

/** A worker that dies: its log is never closed, and it stores nothing more. */
function die(): void {
  isAway = true
}

test('lines of ours and of commands are stored in the order they came, without waiting for the end', async () => {
  const build = open()
  build.line('platform', '$ one')
  const first = build.capture()
  appendFileSync(first.stdout, 'out 1\nout 2\n')
  appendFileSync(first.stderr, 'err 1\n')
  await until('the lines to be stored', async () => (await stored()).length === 4)
  build.line('platform', 'said while it runs')
  first.close()
  build.line('platform', '$ two')
  const second = build.capture()
  appendFileSync(second.stdout, 'without an end')
  second.close()
  expect(await build.close()).toBe(true)
  expect(await stored()).toEqual(['platform $ one', 'stdout out 1', 'stdout out 2', 'stderr err 1', 'platform said while it runs', 'platform $ two', 'stdout without an end'])
})

test('what a worker that died had not stored is stored by the next one, before anything new, once', async () => {
  const dead = open()
  dead.line('platform', '$ build')
  const output = dead.capture()
  appendFileSync(output.stdout, 'stored\n')
  await until('the first lines to be stored', async () => (await stored()).length === 2)
  die()
  appendFileSync(output.stdout, 'not stored\n')
  dead.line('platform', 'neither')
  output.close()
  appendFileSync(join(folder, 'journal'), '{"line":"half a li')
  const next = openBuildLog({ db: t.database.db, log, seal: t.platform.seal, now: () => new Date(), environmentId: 'env_1', serviceId: SERVICE, deploymentId: DEPLOYMENT, folder })
  opened.push(next)
  next.line('platform', 'goes on')
  const again = next.capture()
  appendFileSync(again.stdout, 'again\n')
  again.close()
  expect(await next.close()).toBe(true)
  expect(await stored()).toEqual(['platform $ build', 'stdout stored', 'stdout not stored', 'platform neither', 'platform goes on', 'stdout again'])
})

test('two that store the same log store each line once', async () => {
  const [one, other] = [open(), open()]
  const output = one.capture()
  for (let n = 0; n < 200; n++) appendFileSync(output.stdout, `${n}\n`.repeat(50))
  output.close()
  await Promise.all([one.close(), other.close()])
  expect((await stored()).map((line) => Number(line.slice(7)))).toEqual(Array.from({ length: 10_000 }, (_, index) => Math.floor(index / 50)))
})

test('a database that is away loses nothing, of ours and of a command', async () => {
  const build = open()
  isAway = true
  build.line('platform', 'said while it was away')
  const output = build.capture()
  appendFileSync(output.stdout, 'printed while it was away\n')
  output.close()
  expect(await build.close(0)).toBe(false)
  isAway = false
  expect(await build.close()).toBe(true)
  expect(await stored()).toEqual(['platform said while it was away', 'stdout printed while it was away'])
})

test('secrets are hidden, also by the worker that goes on, and never lie beside the log in the clear', async () => {
  const dead = open()
  dead.hide(['hunter2hunter2'])
  dead.line('platform', '$ login hunter2hunter2')
  die()
  const output = dead.capture()
  appendFileSync(output.stderr, 'wrong: hunter2hunter2\n')
  output.close()
  expect(readdirSync(folder).sort()).toEqual(['1.stderr', 'journal', 'secrets'])
  await promisify(execFile)('grep', ['-c', 'hunter2', join(folder, 'journal'), join(folder, 'secrets')]).catch((error: { stdout: string }) => expect(error.stdout).toMatch(/journal:0\n.*secrets:0/))
  isAway = false
  expect(await open().close()).toBe(true)
  expect(await stored()).toEqual(['platform $ login [secret]', 'stderr wrong: [secret]'])
})

test('what cannot be unsealed any more is not shown at all', async () => {
  const dead = open()
  dead.hide(['hunter2hunter2'])
  die()
  const output = dead.capture()
  appendFileSync(output.stdout, 'hunter2hunter2\n')
  output.close()
  writeFileSync(join(folder, 'secrets'), 'v1.k1.half')
  isAway = false
  await open().close()
  expect(await stored()).toEqual(['stdout [secret]'])
})

test('a command that floods while nobody can store fills neither the disk nor the memory, and its last lines are kept', async () => {
  const build = open()
  isAway = true
  const output = build.capture()
  const file = openSync(output.stdout, 'a')
  const flood = spawn('/bin/sh', ['-c', 'yes "0123456789012345678901234567890123456789" | head -c 1000000000; echo; echo the end'], { stdio: ['ignore', file, 'ignore'] })
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, bytesOnDisk())), 20)
  await once(flood, 'exit')
  clearInterval(watch)
  output.close()
  isAway = false
  expect(await build.close(50_000)).toBe(true)
  expect(most).toBeLessThan(600_000_000)
  const lines = await stored()
  expect(lines.at(-1)).toBe('stdout the end')
  expect(lines.find((line) => line.includes('MiB of output dropped'))).toMatch(/^platform \d+ MiB of output dropped: the build prints faster than it can be stored\.$/)
}, 120_000)

test('files are emptied on the way when all of it is stored, and nothing is lost by that', async () => {
  const build = open()
  const output = build.capture()
  const line = 'x'.repeat(999)
  let written = 0
  for (let round = 0; round < 4; round++) {
    for (let n = 0; n < 12_000; n++) written++
    appendFileSync(output.stdout, `${line}\n`.repeat(12_000))
    await until('it to be stored', async () => ((await t.database.sql`select count(*)::int as n from log_lines`)[0]!.n as number) === written)
  }
  await until('the file to be emptied', async () => statSync(output.stdout).size < 32 * 1024 * 1024)
  appendFileSync(output.stdout, 'the end\n')
  output.close()
  await build.close()
  expect((await t.database.sql`select count(*)::int as n from log_lines`)[0]!.n).toBe(written + 1)
  expect((await stored()).at(-1)).toBe('stdout the end')
}, 120_000)

const disk = smallDisk(2)
afterAll(() => disk?.close())

test.skipIf(disk === null)(`a full disk does not keep a build from saying so${disk ? '' : ' (skipped: no disk can be mounted here)'}`, async () => {
  folder = join(disk!.path, 'log')
  const build = open()
  build.line('platform', 'before')
  disk!.fill()
  build.line('platform', `Failed: ${'the disk is full. '.repeat(400)}`)
  expect(() => build.hide(['x'.repeat(10_000)])).toThrow('ENOSPC')
  expect(await build.close()).toBe(true)
  expect((await stored()).map((line) => line.slice(0, 24))).toEqual(['platform before', 'platform Failed: the dis'])
  build.line('platform', `Again: ${'the disk is full. '.repeat(400)}`)
  disk!.free()
  build.line('platform', 'after')
  expect(await build.close()).toBe(true)
  expect((await stored()).slice(2).map((line) => line.slice(0, 16))).toEqual(['platform Again: ', 'platform after'])
})
