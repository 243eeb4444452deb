import { appendFile, mkdir, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { log } from '../../lib/log'
import type { LogFile, RuntimeDriver } from '../../lib/provisioning/runtime/driver'
import { makeCollector, type Collector } from '../../lib/telemetry/collector'
import { pruneLogs } from '../../lib/telemetry/retention'
import { engineForTest, type TestEngine } from '../harness/engine'

let t: TestEngine
let file: LogFile
beforeEach(async () => {
  t = await engineForTest()
  const folder = t.engine.paths.workload('dep-1')
  await mkdir(folder, { recursive: true })
  file = { name: 'dep-1', environmentId: 'env_1', serviceId: 'svc_1', deploymentId: 'dep_1', part: '0', stream: 'stdout', path: join(folder, 'stdout.log') }
})
afterEach(() => t.close())

/** A collector that has just been started, as after a restart of the worker. */
function fresh(mask = (text: string) => text): Collector {
  const driver: RuntimeDriver = { ...t.engine.driver, logFiles: async () => [file] }
  return makeCollector({ db: t.engine.db, driver, log, dataDir: join(t.engine.paths.workloads, '..'), now: () => new Date(), maskOf: async () => mask })
}
const stored = async () => (await t.database.sql<{ text: string }[]>`select text from log_lines where service_id = 'svc_1' order by id`).map((row) => row.text)
const silentFor = (ms: number) => utimes(file.path, new Date(), new Date(Date.now() - ms))

test('stores each line once, in order, across restarts and two collectors at once', async () => {
  await writeFile(file.path, 'one\ntwo\nthr')
  await Promise.all([fresh().collect(), fresh().collect(), fresh().collect()])
  expect(await stored()).toEqual(['one', 'two'])
  await appendFile(file.path, 'ee\nfour\n')
  const collector = fresh()
  await collector.collect()
  await collector.collect()
  expect(await stored()).toEqual(['one', 'two', 'three', 'four'])
})

test('shows a line without its end after a second of silence, and at the end', async () => {
  await writeFile(file.path, 'prompt> ')
  await fresh().collect()
  expect(await stored()).toEqual([])
  await silentFor(2_000)
  await fresh().collect()
  expect(await stored()).toEqual(['prompt> '])
  await appendFile(file.path, 'last words')
  await fresh().drain(file)
  expect(await stored()).toEqual(['prompt> ', 'last words'])
})

test('goes on with a file that was emptied', async () => {
  await writeFile(file.path, 'before\n')
  const collector = fresh()
  await collector.collect()
  await truncate(file.path, 0)
  await appendFile(file.path, 'new\n')
  await collector.collect()
  expect(await stored()).toEqual(['before', 'new'])
})

test('reads a file that begins anew from its start', async () => {
  await writeFile(file.path, 'first run\n')
  const collector = fresh()
  await collector.drain(file)
  await collector.forget(file)
  await writeFile(file.path, 'again run\n')
  await collector.collect()
  expect(await stored()).toEqual(['first run', 'again run'])
})

test('empties a file that has grown large, once all of it is stored', async () => {
  const line = `${'x'.repeat(999)}\n`
  await writeFile(file.path, line.repeat(34_000))
  await fresh().drain(file)
  const [row] = await t.database.sql<{ n: number }[]>`select count(*)::int as n from log_lines`
  expect(row!.n).toBe(34_000)
  // Its last chunk empties it; what is printed afterwards is stored as well.
  expect((await stat(file.path)).size).toBe(0)
  await appendFile(file.path, 'after\n')
  await fresh().collect()
  expect((await stored()).at(-1)).toBe('after')
}, 120_000)

test('stores what a database cannot hold as something it can, and hides secrets', async () => {
  await writeFile(file.path, Buffer.concat([Buffer.from('a\0b hunter2 '), Buffer.from([0xff]), Buffer.from('\n')]))
  await fresh((text) => text.replace('hunter2', '[secret]')).collect()
  expect(await stored()).toEqual(['a\ufffdb [secret] \ufffd'])
})

test('keeps a bounded number of lines for each service that exists, and none of one that does not', async () => {
  const { id } = await t.service('api')
  await t.database.sql`insert into log_lines (service_id, deployment_id, kind, stream, at, text) select ${id}, 'dep_1', 'runtime', 'stdout', now(), n::text from generate_series(1, 50300) n`
  await t.database.sql`insert into log_lines (service_id, deployment_id, kind, stream, at, text) values ('svc_gone', 'dep_2', 'runtime', 'stdout', now(), 'x'), (${id}, 'dep_1', 'runtime', 'stdout', now() - interval '8 days', 'old')`
  await pruneLogs(t.engine.db, new Date())
  const rows = await t.database.sql<{ service: string; n: number; first: string }[]>`select service_id as service, count(*)::int as n, (array_agg(text order by id))[1] as first from log_lines group by 1`
  expect(rows).toMatchObject([{ service: id, n: 50_000, first: '301' }])
})
