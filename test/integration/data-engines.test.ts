import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { isAppError } from '../../lib/errors'
import type { Login, RowsAsk } from '../../lib/provisioning/database/data/explorer'
import { mysqlData } from '../../lib/provisioning/database/data/mysql'
import { redisData } from '../../lib/provisioning/database/data/redis'
import { askFigures } from '../../lib/provisioning/database/figures/ask'
import { respClient } from '../../lib/provisioning/database/resp'
import { openSocket } from '../../lib/provisioning/database/data/connect'
import { findAll, SERVER_PATH } from '../../lib/provisioning/database/find-program'
import { until } from '../harness/until'

// The other engines, each on a real server of its own. What is not installed says so in one line.

const signal = () => AbortSignal.timeout(40_000)
const findProgram = (name: string) => findAll({ name: [name] }, { path: SERVER_PATH })?.name ?? null
const hasMaria = ['mariadbd', 'mariadb-install-db'].every((name) => findProgram(name) !== null)
const hasRedis = findProgram('redis-server') !== null
if (!hasMaria) process.stderr.write('MariaDB is not installed: its data is not looked at in this run.\n')
if (!hasRedis) process.stderr.write('Redis is not installed: its data is not looked at in this run.\n')

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Whether it answers: until it does, every refusal is one of a server that is starting. */
async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask()
    return true
  } catch (error) {
    if (isAppError(error) && error.code === 'unavailable') return false
    throw error
  }
}

describe.skipIf(!hasMaria)('data of MariaDB', () => {
  let folder: string
  let server: ChildProcess
  let login: Login
  const write = (statement: string) => mysqlData.run(login, { statement, write: true }, signal())
  const ask = (statement: string) => mysqlData.run(login, { statement, write: false }, signal())
  const rows = (fields: Partial<RowsAsk> = {}) => mysqlData.rows(login, { schema: 'app', table: 'people', order: 'ascending', offset: 0, limit: 50, ...fields }, signal())

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'easel-mariadb-'))
    const port = await freePort()
    login = { engine: 'mariadb', host: '127.0.0.1', port, user: 'app', password: 'pass word', database: 'app' }
    const common = ['--no-defaults', '--user=root', `--datadir=${join(folder, 'data')}`]
    execFileSync(findProgram('mariadb-install-db')!, [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], { stdio: 'ignore' })
    writeFileSync(join(folder, 'first.sql'), "create database app;\ncreate user app@'%' identified by 'pass word';\ngrant all on app.* to app@'%';\n")
    server = spawn(findProgram('mariadbd')!, [...common, `--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 's')}`, `--pid-file=${join(folder, 'p')}`, `--init-file=${join(folder, 'first.sql')}`, '--skip-name-resolve'], { stdio: 'ignore' })
    await until('MariaDB to answer', () => answers(() => mysqlData.overview(login, signal())))
    await write('create table people (id int primary key, `full name` varchar(20), born date, big bigint unsigned, face varbinary(4000), note longtext, facts json)')
    await write(`insert into people select seq, concat('p', seq), '2000-01-01' + interval seq day, 18446744073709551615, if(seq = 3, x'deadbeef', null), if(seq = 4, repeat('long ', 1000), null), json_object('n', seq) from seq_1_to_30`)
    await write('create procedure rebel() begin commit; set session transaction read write; delete from people; end')
    await write('create function sneaky() returns int begin delete from people; return 1; end')
    await write('create view adults as select * from people')
  })
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })

  test('has tables with how many rows they have', async () => {
    expect((await mysqlData.overview(login, signal())).tables).toEqual([
      { schema: 'app', name: 'adults', kind: 'view', rows: null, isEstimate: false },
      { schema: 'app', name: 'people', kind: 'table', rows: 30, isEstimate: false },
    ])
  })

  test('says how it is', async () => {
    const figures = await askFigures(login, null, signal())
    expect(figures).toMatchObject({ connections: { used: 0, allowed: 151 }, cache: { lookups: expect.any(Number), misses: expect.any(Number) } })
    expect(figures.sizeBytes).toBeGreaterThan(0)
    expect((await askFigures(login, null, signal())).operations).toBeGreaterThan(figures.operations!)
  })

  test('is paged, sorted and filtered, with long cells cut', async () => {
    const first = await rows({ limit: 4 })
    expect(first).toMatchObject({ hasMore: true, columns: [{ name: 'id', form: 'number', isKey: true }, { name: 'full name' }, { form: 'time' }, { type: 'bigint(20) unsigned' }, { form: 'binary' }, { form: 'text' }, {}] })
    expect(first.rows[2]!.slice(0, 6)).toEqual(['3', 'p3', '2000-01-04', '18446744073709551615', '\\xdeadbeef', null])
    expect(first.rows[3]![5]).toEqual(['long '.repeat(100)])
    const ids = async (fields: Partial<RowsAsk>) => (await rows({ limit: 3, ...fields })).rows.map(([id]) => id)
    expect(await ids({ sort: 'born', order: 'descending', offset: 1 })).toEqual(['29', '28', '27'])
    expect(await ids({ column: 'full name', filter: 'contains', value: 'p2' })).toEqual(['2', '20', '21'])
    expect(await ids({ column: 'full name', filter: 'contains', value: '%' })).toEqual([])
    expect(await ids({ column: 'face', filter: 'equals', value: '\\xdeadbeef' })).toEqual(['3'])
    expect(await ids({ column: 'id', filter: 'more', value: '28' })).toEqual(['29', '30'])
    await expect(rows({ table: 'people` where 0 -- ' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await mysqlData.cell(login, { schema: 'app', table: 'people', column: 'note', key: '{"id": "4"}' }, signal())).toEqual({ text: 'long '.repeat(1000), isCut: false })
  })

  test('answers a statement that reads, at most so many rows of it', async () => {
    expect(await ask('select id, face, born, note as n from people where id = 3')).toMatchObject({ columns: [{ name: 'id', form: 'number' }, { form: 'binary' }, { form: 'time' }, { name: 'n', form: 'text' }], rows: [['3', '\\xdeadbeef', '2000-01-04', null]], hasMore: false, changed: null })
    for (const statement of ['select seq from seq_1_to_1000000000', 'select seq from seq_1_to_1000000000 limit 900000000']) {
      const { rows: found, hasMore } = await ask(statement)
      expect({ count: found.length, hasMore }).toEqual({ count: 500, hasMore: true })
    }
    expect((await ask('show tables')).rows).toEqual([['adults'], ['people']])
    await expect(ask('select nothing from people')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining("MariaDB says: Unknown column 'nothing'") })
  })

  test.each([
    ['select 1; drop table people', 'SQL syntax'],
    ['select sneaky()', 'only reading is allowed'],
    ['/*! delete from people */', 'begin with select'],
    ['call rebel()', 'begin with select'],
    ['commit', 'begin with select'],
    ['set statement max_statement_time = 0 for select 1', 'begin with select'],
    ['begin not atomic commit; delete from people; end', 'begin with select'],
    ["select * from people into outfile '/tmp/x'", 'FILE privilege'],
  ])('is not written by %s', async (statement, message) => {
    await expect(async () => ask(statement)).rejects.toMatchObject({ message: expect.stringContaining(message) })
    expect((await ask('select count(*) from people')).rows).toEqual([['30']])
  })

  test('ends a statement that takes too long, on the server', async () => {
    await expect(mysqlData.run({ ...login, limitS: 1 }, { statement: 'select count(*) from seq_1_to_10000 a, seq_1_to_10000 b, seq_1_to_10000 c', write: false }, signal())).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('longer than 1 seconds') })
  })

  test('is written only where that is asked for, and says when the password is wrong', async () => {
    expect(await write("update people set `full name` = 'new' where id < 3")).toMatchObject({ changed: 2, rows: [] })
    await expect(mysqlData.overview({ ...login, password: 'wrong' }, signal())).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('refuses the user or the password') })
  })
})

describe.skipIf(!hasRedis)('data of Redis', () => {
  let server: ChildProcess
  let folder: string
  let login: Login
  const keys = (ask: Partial<Parameters<typeof redisData.keys>[1]> = {}) => redisData.keys(login, { database: 0, pattern: '*', ...ask }, signal())
  const value = (key: string, cursor?: string) => redisData.value(login, { database: 0, key, cursor }, signal())

  beforeAll(async () => {
    const port = await freePort()
    folder = mkdtempSync(join(tmpdir(), 'easel-redis-'))
    login = { engine: 'redis', host: '127.0.0.1', port, user: null, password: 'pass word', database: null }
    server = spawn(findProgram('redis-server')!, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, '--requirepass', 'pass word'], { stdio: 'ignore' })
    await until('Redis to answer', () => answers(() => redisData.overview(login, signal())))
    const socket = await openSocket(login, signal())
    const send = respClient(socket)
    await send(['AUTH', 'pass word'])
    await send(['SET', 'greeting', 'héllo', 'EX', '1000'])
    await send(['SET', 'huge', 'é'.repeat(150_000)])
    await send(['RPUSH', 'list', ...Array.from({ length: 250 }, (_, i) => `item ${i}`)])
    await send(['SADD', 'set', 'a', 'b'])
    await send(['HSET', 'hash', 'field', 'x'.repeat(10_000)])
    await send(['ZADD', 'zset', '1.5', 'one', '2', 'two'])
    await send(['XADD', 'stream', '1-1', 'temperature', '21', 'place', 'lab'])
    await send(['SET', Buffer.from([0xff, 0x00, 0x01]), Buffer.from([0xfe, 0xed])])
    await send(['SELECT', '3'])
    for (let i = 0; i < 2_500; i += 500) await send(['MSET', ...Array.from({ length: 500 }, (_, n) => [`user:${i + n}`, 'x']).flat()])
    socket.destroy()
  })
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })

  test('says how it is', async () => {
    const before = await askFigures(login, null, signal())
    expect(before).toMatchObject({ connections: { used: 0, allowed: expect.any(Number) }, sizeBytes: expect.any(Number) })
    await value('greeting')
    await expect(value('nothing')).rejects.toMatchObject({ code: 'not_found' })
    const after = await askFigures(login, null, signal())
    expect(after.cache.lookups! - before.cache.lookups!).toBeGreaterThan(0)
    expect(after.operations).toBeGreaterThan(before.operations!)
    await expect(askFigures({ ...login, password: 'wrong' }, null, signal())).rejects.toMatchObject({ code: 'not_now' })
  })

  test('has databases, and keys by pattern and type, page by page', async () => {
    expect((await redisData.overview(login, signal())).databases).toEqual([{ index: 0, keys: 8 }, { index: 3, keys: 2500 }])
    expect((await keys()).items.map(({ key, type }) => [key, type])).toEqual([['\\xff0001', 'string'], ['greeting', 'string'], ['hash', 'hash'], ['huge', 'string'], ['list', 'list'], ['set', 'set'], ['stream', 'stream'], ['zset', 'zset']])
    expect((await keys({ pattern: 'h*', type: 'hash' })).items).toEqual([{ key: 'hash', type: 'hash', ttlS: null }])
    const found = new Set<string>()
    let cursor: string | undefined
    do {
      const page = await keys({ database: 3, pattern: 'user:*', cursor })
      for (const { key } of page.items) found.add(key)
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    expect(found.size).toBe(2500)
  })

  test('shows what keys of every type hold', async () => {
    const greeting = await value('greeting')
    expect(greeting).toMatchObject({ type: 'string', size: 6, rows: [['héllo']] })
    expect(greeting.ttlS).toBeGreaterThan(900)
    const huge = await value('huge')
    expect(huge).toMatchObject({ size: 300_000, rows: [[['é'.repeat(100_000)]]] })
    expect(await value('\\xff0001')).toMatchObject({ type: 'string', rows: [['\\xfeed']] })
    const first = await value('list')
    expect(first).toMatchObject({ size: 250, columns: ['index', 'value'], next: '100' })
    expect((await value('list', '200')).rows).toHaveLength(50)
    expect((await value('set')).rows.flat().sort()).toEqual(['a', 'b'])
    expect((await value('hash')).rows).toEqual([['field', ['x'.repeat(4_000)]]])
    expect((await value('zset')).rows).toEqual([['one', '1.5'], ['two', '2']])
    expect((await value('stream')).rows).toEqual([['1-1', '{"temperature":"21","place":"lab"}']])
    await expect(value('nothing')).rejects.toMatchObject({ code: 'not_found' })
    await expect(value('list', '+inf')).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('says when the password is wrong, and when there is no such database', async () => {
    await expect(redisData.overview({ ...login, password: 'wrong' }, signal())).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('refuses the user or the password') })
    await expect(keys({ database: 99 })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('out of range') })
  })
})
