import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { appendFile, mkdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { append } from '../../lib/db/queries/engine/log-lines'
import { log } from '../../lib/log'
import type { LogFile, RuntimeDriver } from '../../lib/provisioning/runtime/driver'
import { makeCollector, type Collector } from '../../lib/telemetry/collector'
import { keepLogBudget, makePartitions, removeLinesOfGone, removeOldLines } from '../../lib/telemetry/retention'
import { engineForTest, type TestEngine } from '../harness/engine'
import { until } from '../harness/until'

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
function fresh(mask = (text: string) => text, beforeItsTurn = async () => {}): Collector {
  const driver: RuntimeDriver = { ...t.engine.driver, logFiles: async () => [file] }
  return makeCollector({ db: t.engine.db, driver, log, dataDir: join(t.engine.paths.workloads, '..'), now: () => new Date(), maskOf: () => beforeItsTurn().then(() => mask) })
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

test('stores nothing once more of a file that was opened, and then stored to its end, removed and forgotten by another', async () => {
  await writeFile(file.path, 'one\ntwo\n')
  const late = fresh(undefined, async () => {
    await fresh().drain(file)
    await rm(file.path)
    await fresh().forget(file)
  })
  await late.collect()
  expect(await stored()).toEqual(['one', 'two'])
  expect(await t.database.sql`select 1 from log_cursors`).toHaveLength(0)
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

test('tidying up after a build forgets nothing of what its version printed', async () => {
  await writeFile(file.path, 'one\n')
  await fresh().collect()
  // Files of the build bear the id of the deployment, those of its workload the same with another sign in it.
  await fresh().forget({ ...file, name: 'dep_1' })
  await appendFile(file.path, 'two\n')
  await fresh().collect()
  expect(await stored()).toEqual(['one', 'two'])
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

test('lines carry the part that printed them; what prepares a deployment is read with its build', async () => {
  await writeFile(file.path, 'served\n')
  await fresh().collect()
  file = { ...file, part: 'run_1' }
  await appendFile(file.path, 'ran\n')
  await fresh().collect()
  file = { ...file, part: 'prepare' }
  await appendFile(file.path, 'migrated\n')
  await fresh().collect()
  expect(await t.database.sql`select kind, stream, part, text from log_lines where service_id = 'svc_1' order by id`).toEqual([
    { kind: 'runtime', stream: 'stdout', part: '0', text: 'served' },
    { kind: 'runtime', stream: 'stdout', part: 'run_1', text: 'ran' },
    { kind: 'build', stream: 'stdout', part: null, text: 'migrated' },
  ])
})

describe('what a line says of itself', () => {
  const read = () => t.database.sql<{ level: number | null; message: string | null; attributes: unknown; text: string }[]>`select level, message, attributes, text from log_lines where service_id = 'svc_1' order by id`

  test('is stored beside its text, with the environment it is of', async () => {
    const json = '{"level":50,"msg":"no \\u0000 room","n":{"left":3}}'
    await writeFile(file.path, `${json}\n\u001b[33mWARN\u001b[0m slow\nplain\n`)
    await fresh().collect()
    expect(await read()).toEqual([
      { level: 5, message: 'no \ufffd room', attributes: { n: { left: 3 } }, text: json },
      { level: 4, message: 'slow', attributes: null, text: '\u001b[33mWARN\u001b[0m slow' },
      { level: null, message: null, attributes: null, text: 'plain' },
    ])
    expect(await t.database.sql`select distinct environment_id from log_lines`).toEqual([{ environment_id: 'env_1' }])
  })

  test('its time is used where it is plausible', async () => {
    await writeFile(file.path, '')
    const soon = new Date().toISOString()
    await appendFile(file.path, `${soon} one\n2001-01-01T00:00:00Z two\n2101-01-01T00:00:00Z three\n`)
    await fresh().collect()
    const [one, two, three] = (await t.database.sql<{ at: string }[]>`select at from log_lines order by id`).map(({ at }) => new Date(at))
    expect(one!.toISOString()).toBe(soon)
    // The others say nothing that can be believed, and were printed with the one before them.
    for (const at of [two!, three!]) expect(at.toISOString()).toBe(soon)
  })

  test('hides secrets that only reading shows', async () => {
    await writeFile(file.path, '{"msg":"it is hun\\u0074er2","key":"hun\\u0074er2"}\n')
    await fresh((text) => text.replaceAll('hunter2', '[secret]')).collect()
    expect(await read()).toMatchObject([{ message: 'it is [secret]', attributes: { key: '[secret]' } }])
  })

  test('a trace is one line, and its beginning waits for the rest also when the worker is another one', async () => {
    await writeFile(file.path, 'before\nError: no\n    at one (a.js:1:1)\n')
    await fresh().collect()
    expect(await stored()).toEqual(['before'])
    await appendFile(file.path, '    at two (a.js:2:1)\nafter\n')
    await fresh().collect()
    expect(await stored()).toEqual(['before', 'Error: no\n    at one (a.js:1:1)\n    at two (a.js:2:1)', 'after'])
    await appendFile(file.path, 'Error: last\n    at one (a.js:1:1)\n')
    await fresh().collect()
    expect(await stored()).toHaveLength(3)
    await silentFor(500)
    await fresh().collect()
    expect((await stored()).at(-1)).toBe('Error: last\n    at one (a.js:1:1)')
  })

  test('may be a megabyte long', async () => {
    const text = 'x'.repeat(999_990)
    await writeFile(file.path, `${text}\n${text}yyyyyyyyyyzzz\n`)
    const collector = fresh()
    await collector.drain(file)
    expect(await stored()).toEqual([text, `${text}yyyyyyyyyy … [line cut, goes on below]`, 'zzz'])
  })
})

describe('a program that prints faster than lines can be stored', () => {
  const MIB = 1024 * 1024
  const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `${String(from + n).padStart(9, '0')} ${'x'.repeat(1013)}\n`).join('')
  const platformLines = async () => (await t.database.sql<{ text: string; part: string | null }[]>`select text, part from log_lines where stream = 'platform' order by id`).map((row) => row)

  test('loses what is over the bound, says how much, and fills neither disk nor database', async () => {
    await writeFile(file.path, numbered(0, 70_000))
    const collector = fresh()
    await collector.collect()
    // Lines of 1024 bytes: 62,808 of 70,000 are dropped for the last 8 MiB, of which the first may have been cut.
    const [{ text, part }] = (await platformLines()) as [{ text: string; part: string | null }]
    expect(part).toBeNull()
    const [, lines, bytes] = /^About ([\d,]+) lines \(([\d,]+) bytes\) dropped: it prints faster than lines can be stored\.$/.exec(text)!.map((found) => found.replaceAll(',', ''))
    expect(Number(bytes) % 1024).toBe(0)
    expect(Math.abs(Number(bytes) - (70_000 * 1024 - 8 * MIB))).toBeLessThanOrEqual(1024)
    expect(Math.abs(Number(lines) - Number(bytes) / 1024)).toBeLessThanOrEqual(20)
    expect((await stat(file.path)).size).toBeLessThanOrEqual(8 * MIB)
    await collector.drain(file)
    const kept = (await stored()).slice(1)
    expect(kept.map((line) => Number(line.slice(0, 9)))).toEqual(Array.from({ length: kept.length }, (_, n) => 70_000 - kept.length + n))
    expect(Number(bytes) / 1024 + kept.length).toBe(70_000)
  })

  test('is kept within the bound while it goes on, and what was dropped meanwhile is said once', async () => {
    const collector = fresh()
    await writeFile(file.path, numbered(0, 66_000))
    await collector.collect()
    const after = (await stored()).length
    for (let time = 1; time <= 2; time++) {
      await appendFile(file.path, numbered(66_000 * time, 66_000 * (time + 1)))
      await collector.collect()
      expect((await stat(file.path)).size).toBeLessThanOrEqual(8 * MIB)
    }
    // In the pause nothing is stored: the others have the database for themselves.
    expect((await stored()).length).toBe(after)
    await collector.drain(file)
    const said = (await platformLines()).map(({ text }) => Number(/\(([\d,]+) bytes\)/.exec(text)![1]!.replaceAll(',', '')))
    expect(said).toHaveLength(2)
    const rest = (await stored()).length - said.length
    expect((said[0]! + said[1]!) / 1024 + rest).toBe(3 * 66_000)
  })

  test('does not silence the others', async () => {
    const other = { ...file, name: 'dep-2', serviceId: 'svc_2', path: join(t.engine.paths.workload('dep-2'), 'stdout.log') }
    await mkdir(t.engine.paths.workload('dep-2'), { recursive: true })
    const driver: RuntimeDriver = { ...t.engine.driver, logFiles: async () => [file, other] }
    const collector = makeCollector({ db: t.engine.db, driver, log, dataDir: join(t.engine.paths.workloads, '..'), now: () => new Date(), maskOf: async () => (text) => text })
    const flood = spawn(process.execPath, ['-e', `const line = Buffer.alloc(65_536, 'x'.repeat(99) + '\\n'); for (;;) require('node:fs').writeSync(1, line)`], { stdio: ['ignore', openSync(file.path, 'a'), 'ignore'] })
    const stop = collector.run()
    try {
      const texts = async () => (await t.database.sql<{ text: string }[]>`select text from log_lines where service_id = 'svc_2' order by id`).map((row) => row.text)
      for (let n = 1; n <= 5; n++) {
        await appendFile(other.path, `line ${n}\n`)
        await expect.poll(texts, { timeout: 20_000 }).toHaveLength(n)
      }
      await expect.poll(async () => (await platformLines()).length, { timeout: 30_000 }).toBeGreaterThan(0)
    } finally {
      flood.kill('SIGKILL')
      await once(flood, 'exit')
      await stop()
    }
    await collector.drain(file)
    expect((await stat(file.path)).size).toBeLessThan(64 * MIB)
    // Until it is read to its end, nothing is forgotten to be dropped or stored.
    await appendFile(file.path, '\nthe end\n')
    await collector.drain(file)
    expect((await stored()).at(-1)).toBe('the end')
  }, 120_000)
})

test('stores what a database cannot hold as something it can, and hides secrets', async () => {
  await writeFile(file.path, Buffer.concat([Buffer.from('a\0b hunter2 '), Buffer.from([0xff]), Buffer.from('\n')]))
  await fresh((text) => text.replace('hunter2', '[secret]')).collect()
  expect(await stored()).toEqual(['a\ufffdb [secret] \ufffd'])
})

const DAY_MS = 86_400_000
const daysBefore = (days: number) => new Date(Date.now() - days * DAY_MS)
const days = async () => (await t.database.sql<{ day: string }[]>`select tableoid::regclass::text as day from log_lines group by 1 order by 1`).map(({ day }) => day)
const partitionOf = (at: Date) => `log_lines_${at.toISOString().slice(0, 10).replaceAll('-', '')}`

test('keeps the lines of a service that is gone, and none of an environment that is gone', async () => {
  const { id } = await t.service('api')
  const [{ environment }] = await t.database.sql<[{ environment: string }]>`select environment_id as environment from services where id = ${id}`
  const print = (of: string, text: string) => t.database.sql`insert into log_lines (environment_id, service_id, deployment_id, kind, stream, at, text) values (${of}, 'svc_gone', 'dep_1', 'runtime', 'stdout', now(), ${text})`
  await print(environment, 'stays')
  await print('env_gone', 'goes')
  await removeLinesOfGone(t.engine.db)
  expect(await t.database.sql`select text from log_lines`).toEqual([{ text: 'stays' }])
})

test('a line whose day has no partition is not lost; the day is made later, kept for its time, and dropped whole', async () => {
  const print = (at: Date, text: string) => t.engine.db.transaction((tx) => append(tx, { environmentId: 'env_1', serviceId: 'svc_1' }, [{ deploymentId: 'dep_1', kind: 'runtime', stream: 'stdout', at, text }]))
  for (const age of [9, 7.5, 6.5, 2]) await print(daysBefore(age), `${age}`)
  expect(await days()).toEqual(['log_lines_default'])
  await makePartitions(t.engine.db, new Date(), 7)
  await makePartitions(t.engine.db, new Date(), 7)
  expect(await days()).toContain(partitionOf(daysBefore(2)))
  expect(await stored()).toEqual(['9', '7.5', '6.5', '2'])
  await removeOldLines(t.engine.db, new Date(), 7)
  // The day on which it is seven days ago is kept until it is over.
  expect((await stored()).slice(-2)).toEqual(['6.5', '2'])
  await removeOldLines(t.engine.db, new Date(Date.now() + 3 * DAY_MS), 7)
  expect(await stored()).toEqual(['2'])
  const [{ there }] = await t.database.sql<[{ there: boolean }]>`select to_regclass(${partitionOf(daysBefore(6.5))}) is not null as there`
  expect(there).toBe(false)
  // The days to come are there before their first line.
  await print(daysBefore(-2), 'to come')
  expect(await days()).toContain(partitionOf(daysBefore(-2)))
})

test('making a day does not wait for one who reads, nor does storing', async () => {
  const reader = await t.database.sql.reserve()
  try {
    await reader`begin`
    await reader`select count(*) from log_lines`
    await makePartitions(t.engine.db, daysBefore(-20), 7)
    await t.engine.db.transaction((tx) => append(tx, { environmentId: 'env_1', serviceId: 'svc_1' }, [{ deploymentId: null, kind: 'http', stream: 'platform', at: daysBefore(-20), text: 'GET /' }]))
    expect(await days()).toEqual(['log_lines_default'])
  } finally {
    await reader`rollback`
    reader.release()
  }
  await makePartitions(t.engine.db, daysBefore(-20), 7)
  expect(await days()).toEqual([partitionOf(daysBefore(-20))])
})

test('keeps the lines of all services within a budget of bytes, at the cost of those that have the most', async () => {
  const [loud, quiet] = [await t.service('loud'), await t.service('quiet')]
  const print = (id: string, lines: number) => t.database.sql`insert into log_lines (environment_id, service_id, deployment_id, kind, stream, at, text) select 'env_1', ${id}, 'dep_1', 'runtime', 'stdout', now(), n || (select string_agg(md5(n || '-' || i), '') from generate_series(1, 25) i) from generate_series(1, ${lines}::int) n`
  await print(loud.id, 4_000)
  await print(quiet.id, 100)
  const kept = async () => Object.fromEntries((await t.database.sql<{ id: string; n: number; oldest: number; newest: number }[]>`select service_id as id, count(*)::int as n, min(substr(text, 1, length(text) - 800)::int) as oldest, max(substr(text, 1, length(text) - 800)::int) as newest from log_lines group by 1`).map(({ id, ...row }) => [id, row]))
  await keepLogBudget(t.engine.db, 100 * 1024 * 1024, new Date())
  expect(await kept()).toMatchObject({ [loud.id]: { n: 4_000 }, [quiet.id]: { n: 100 } })
  await keepLogBudget(t.engine.db, 1024 * 1024, new Date())
  const { [loud.id]: rest, [quiet.id]: all } = await kept()
  expect(all).toEqual({ n: 100, oldest: 1, newest: 100 })
  // About a kilobyte each: what the quiet one leaves of a mebibyte.
  expect(rest!.newest).toBe(4_000)
  expect(rest!.n).toBeGreaterThan(500)
  expect(rest!.n).toBeLessThan(1_048)
  expect(rest!.oldest).toBe(4_000 - rest!.n + 1)
})

test('gives the disk its room back: a day of which nothing is kept goes, one of which little is kept is written anew', async () => {
  const [loud, quiet] = [await t.service('loud'), await t.service('quiet')]
  await makePartitions(t.engine.db, new Date(), 7)
  const print = (id: string, age: number, lines: number) => t.database.sql`insert into log_lines (environment_id, service_id, deployment_id, kind, stream, at, text) select 'env_1', ${id}, 'dep_1', 'runtime', 'stdout', ${daysBefore(age).toISOString()}::timestamptz, repeat(md5(n::text), 20) from generate_series(1, ${lines}::int) n`
  await print(loud.id, 3, 3_000)
  await print(loud.id, 2, 3_000)
  await print(quiet.id, 2, 50)
  await print(loud.id, 0, 500)
  await makePartitions(t.engine.db, new Date(), 7)
  const before = await bytesOf(partitionOf(daysBefore(2)))
  // PostgreSQL keeps what was removed for as long as somebody may still see it: then it goes the next time.
  const reader = await t.database.sql.reserve()
  await reader`begin isolation level repeatable read`
  await reader`select count(*) from services`
  await keepLogBudget(t.engine.db, 512 * 1024, new Date())
  expect(await days()).toEqual([partitionOf(daysBefore(2)), partitionOf(new Date())])
  expect(await bytesOf(partitionOf(daysBefore(2)))).toBeGreaterThan(before / 2)
  await reader`rollback`
  reader.release()
  await until('the room to be given back', async () => {
    await keepLogBudget(t.engine.db, 512 * 1024, new Date())
    return (await bytesOf(partitionOf(daysBefore(2)))) < before / 5
  })
  expect(await t.database.sql`select service_id as id, count(*)::int as n from log_lines where service_id = ${quiet.id} group by 1`).toEqual([{ id: quiet.id, n: 50 }])
})
async function bytesOf(table: string): Promise<number> {
  const [row] = await t.database.sql<{ bytes: number }[]>`select pg_total_relation_size(${table}::regclass)::float8 as bytes`
  return row!.bytes
}
