import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

import { authRegister } from '../../lib/contract/auth'
import { dataCell, dataExecute, dataKeys, dataOverview, dataQuery, dataRows } from '../../lib/contract/data'
import { databaseAdd, databaseFigures } from '../../lib/contract/database'
import { metricQuery } from '../../lib/contract/metric'
import { invitationCreate } from '../../lib/contract/organization'
import { serviceStop } from '../../lib/contract/service'
import type { Measure } from '../../lib/domain/metric/measure'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { workerDoor } from '../../lib/http/worker-door'
import { log } from '../../lib/log'
import { DATA_ORDER } from '../../lib/operations/data/order'
import { postgresData } from '../../lib/provisioning/database/data/postgres'
import { sealEnvironment } from '../../lib/secrets/sealed-environment'
import { makeMeasurer } from '../../lib/worker/measure'
import { serveData } from '../../lib/worker/serve-data'
import { listenTerminals, type TerminalServer } from '../../lib/worker/terminals/listen'
import { engineForTest, type TestEngine } from '../harness/engine'
import type { SignedIn } from '../harness/platform'

// The whole way: operation, sealed order, socket file of a worker, a real PostgreSQL.

let t: TestEngine
let directory: string
let worker: TerminalServer
let serviceId: string
let deploymentId: string
let admin: postgres.Sql
const name = `data_${randomBytes(4).toString('hex')}`
const at = new URL(inject('templateUrl'))
const address = { host: at.hostname, port: Number(at.port) }
const login = { engine: 'postgres' as const, ...address, user: name, password: 'pass word', database: name }

beforeAll(async () => {
  const first = postgres(inject('templateUrl').replace(/\/easel_template$/, '/postgres'), { max: 1, onnotice: () => {} })
  // As the image of PostgreSQL makes its user.
  await first.unsafe(`create role ${name} superuser login password 'pass word'`)
  await first.unsafe(`create database ${name} owner ${name}`)
  await first.end()
  admin = postgres(inject('templateUrl').replace(/\/easel_template$/, `/${name}`), { max: 1, onnotice: () => {} })
  await admin.unsafe(`
    create table people (id int primary key, "full name" varchar(5), born date, facts jsonb, face bytea, note text, ok boolean);
    insert into people select i, 'p' || i, date '2000-01-01' + i, jsonb_build_object('n', i), case when i = 3 then '\\xdeadbeef'::bytea end, case when i = 4 then repeat('long ', 1000) end, i % 2 = 0 from generate_series(1, 30) i;
    create view adults as select * from people;
    create schema shop; create table shop."Or'ders" (a int); 
    create function sneaky() returns int language plpgsql as $$ begin delete from people; return 1; end $$;
    create function rebel() returns text language plpgsql as $$ begin set transaction read write; delete from people; return 'gone'; end $$;`)
  t = await engineForTest()
  const seen = JSON.stringify({ ok: true, message: 'It is usable.', engineVersion: null, databases: { postgres: { version: '18.4', missing: null } }, at: new Date().toISOString() })
  await t.database.sql`update targets set seen = ${seen}::text::jsonb where id = ${BUILT_IN_TARGETS.process}`
  directory = await mkdtemp(join(tmpdir(), 'easel-data-'))
  const { db, seal, now } = t.engine
  worker = await listenTerminals({ directory, db, now, driverOf: async () => t.engine.driver, log, onRequest: serveData({ db, seal, now, log }) })
  t.platform.worker = workerDoor(directory)
  serviceId = (await t.call(databaseAdd, { environmentId: t.environmentId, engine: 'postgres' }, as())).id
})
afterAll(async () => {
  await worker.close()
  await t.close()
  await rm(directory, { recursive: true, force: true })
  await admin.end()
  const last = postgres(inject('templateUrl').replace(/\/easel_template$/, '/postgres'), { max: 1, onnotice: () => {} })
  await last.unsafe(`drop database ${name} with (force)`)
  await last.unsafe(`drop role ${name}`)
  await last.end()
})

const as = () => ({ as: t.as })
const ask = (statement: string) => t.call(dataQuery, { serviceId, statement }, as())
const rows = (fields: object = {}) => t.call(dataRows, { serviceId, schema: 'public', table: 'people', ...fields }, as())
const count = async () => Number((await admin`select count(*) as n from people`)[0]!.n)

/** As if the deployment had been started with that, and seen there. */
async function runsAt(where: { host: string; port: number }, password = 'pass word'): Promise<void> {
  const environment = sealEnvironment(t.platform.seal, deploymentId, { variables: { POSTGRES_USER: name, POSTGRES_PASSWORD: password, POSTGRES_DB: name }, secrets: [] })
  await t.database.sql`update deployments set environment_sealed = ${environment} where id = ${deploymentId}`
  await t.database.sql`update workloads set address = ${JSON.stringify(where)}::text::jsonb where deployment_id = ${deploymentId}`
}

describe('data of PostgreSQL', () => {
  test('is asked for in vain until it runs', async () => {
    await expect(t.call(dataOverview, { serviceId }, as())).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('never deployed') })
    deploymentId = await t.deploy({ id: serviceId })
    await t.settle({ forMs: 60_000 })
    await runsAt(address)
  })

  test('has tables with how many rows they have', async () => {
    const { kind, tables } = await t.call(dataOverview, { serviceId }, as())
    expect(kind).toBe('tables')
    expect(tables).toEqual([
      { schema: 'public', name: 'adults', kind: 'view', rows: null, isEstimate: false },
      { schema: 'public', name: 'people', kind: 'table', rows: 30, isEstimate: false },
      { schema: 'shop', name: "Or'ders", kind: 'table', rows: 0, isEstimate: false },
    ])
  })

  test('is paged, sorted and filtered, with long cells cut', async () => {
    const first = await rows({ limit: 4 })
    expect(first).toMatchObject({ hasMore: true, columns: [{ name: 'id', type: 'integer', form: 'number', isKey: true }, { name: 'full name', type: 'character varying(5)' }, { form: 'time' }, { form: 'json' }, { form: 'binary' }, { form: 'text' }, { form: 'boolean' }] })
    expect(first.rows[2]).toEqual(['3', 'p3', '2000-01-04', '{"n": 3}', '\\xdeadbeef', null, 'false'])
    expect(first.rows[3]![5]).toEqual(['long '.repeat(100)])
    expect((await rows({ limit: 10, offset: 25 }))).toMatchObject({ hasMore: false, rows: [['26'], ['27'], ['28'], ['29'], ['30']].map(([id]) => expect.arrayContaining([id])) })
    const ids = async (fields: object) => (await rows({ limit: 3, ...fields })).rows.map(([id]) => id)
    expect(await ids({ sort: 'born', order: 'descending' })).toEqual(['30', '29', '28'])
    expect(await ids({ sort: 'facts' })).toEqual(['10', '11', '12'])
    expect(await ids({ column: 'full name', filter: 'equals', value: 'p7' })).toEqual(['7'])
    // Not cut to what the column has room for, which would be another value.
    expect(await ids({ column: 'full name', filter: 'equals', value: 'p7   with more' })).toEqual([])
    expect(await ids({ column: 'full name', filter: 'contains', value: 'P2' })).toEqual(['2', '20', '21'])
    expect(await ids({ column: 'full name', filter: 'contains', value: '%' })).toEqual([])
    expect(await ids({ column: 'face', filter: 'not_null' })).toEqual(['3'])
    expect(await ids({ column: 'face', filter: 'equals', value: '\\xdeadbeef' })).toEqual(['3'])
    expect(await ids({ column: 'ok', filter: 'equals', value: 'true' })).toEqual(['2', '4', '6'])
    expect(await ids({ column: 'id', filter: 'more', value: '28' })).toEqual(['29', '30'])
    expect(await ids({ column: 'facts', filter: 'equals', value: '{"n": 5}' })).toEqual(['5'])
    await expect(rows({ column: 'id', filter: 'equals', value: 'x' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('invalid input syntax for type integer') })
    await expect(rows({ sort: 'id; drop table people' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('has no column') })
    await expect(rows({ table: 'people" where false --' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await t.call(dataRows, { serviceId, schema: 'shop', table: "Or'ders" }, as())).toMatchObject({ rows: [], columns: [{ name: 'a' }] })
  })

  test('says how it is, asked once by all who look at one time', async () => {
    const [figures, again] = await Promise.all([1, 2].map(() => t.call(databaseFigures, { serviceId }, as())))
    expect(again).toEqual(figures)
    expect(figures!.connections.allowed).toBe(Number((await admin`show max_connections`)[0]!.max_connections))
    expect(figures!.connections.used).toBeGreaterThan(0)
    expect(figures!.sizeBytes).toBeGreaterThan(1_000_000)
    expect(figures!.cache.lookups).toBeGreaterThan(figures!.cache.misses!)
    expect(figures!.operations).toBeGreaterThan(0)
  })

  test('is measured once a minute, with what was done since the look before', async () => {
    const minute = (n: number) => new Date((Math.floor(t.engine.now().getTime() / 60_000) + n) * 60_000)
    const [first, second, end] = [minute(0), minute(1), minute(2)]
    let now = first
    const measurer = makeMeasurer({ ...t.engine, now: () => now }, t.engine)
    await measurer.askDatabases(new AbortController().signal)
    now = second
    await count()
    await measurer.askDatabases(new AbortController().signal)
    const asked = async (measure: Measure) => (await t.call(metricQuery, { environmentId: t.environmentId, measure, by: 'service', serviceId, from: first.toISOString(), until: end.toISOString(), stepSeconds: 10 }, as())).series[0]
    expect(await asked('db_size')).toMatchObject({ labels: { name: 'postgres' }, points: [expect.any(Number), expect.any(Number)], limit: null })
    expect(await asked('db_connections')).toMatchObject({ points: [expect.any(Number), expect.any(Number)], limit: Number((await admin`show max_connections`)[0]!.max_connections) })
    // Nothing is known of what was done before the first look.
    expect(await asked('db_operations')).toMatchObject({ points: [null, expect.any(Number)] })
    expect(await asked('db_cache_hits')).toMatchObject({ points: [null, expect.any(Number)] })
  })

  test('has whole cells by the key of their row', async () => {
    const cell = (key: string, table = 'people') => t.call(dataCell, { serviceId, schema: 'public', table, column: 'note', key }, as())
    expect(await cell('{"id": "4"}')).toEqual({ text: 'long '.repeat(1000), isCut: false })
    expect(await cell('{"id": "5"}')).toEqual({ text: null, isCut: false })
    await expect(cell('{"id": "99"}')).rejects.toMatchObject({ code: 'not_found' })
    await expect(cell('{}')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('{"id": "7"}') })
    await expect(cell('{"id": "4"}', 'adults')).rejects.toMatchObject({ code: 'not_now' })
  })

  test('answers a statement that reads, at most so many rows of it', async () => {
    expect(await ask(`/* all */ select id, "full name", facts from people where id = 3;`)).toMatchObject({ columns: [{ name: 'id', form: 'number' }, { name: 'full name' }, { form: 'json' }], rows: [['3', 'p3', '{"n": 3}']], hasMore: false, changed: null })
    expect(await ask('select id from people where false')).toMatchObject({ columns: [{ name: 'id' }], rows: [] })
    const many = await ask('select generate_series(1, 1000000000) as a, 2 as a')
    expect(many.rows).toHaveLength(500)
    expect(many).toMatchObject({ hasMore: true, columns: [{ name: 'a' }, { name: 'a' }] })
    expect((await ask('explain select * from people')).rows.length).toBeGreaterThan(0)
    expect((await ask('show server_version')).rows).toHaveLength(1)
    await expect(ask('select nothing from people')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/PostgreSQL says: column "nothing" does not exist, at character 8/) })
  })

  test.each([
    ['select 1; drop table people', 'multiple commands'],
    ['select 1; commit; drop table people', 'multiple commands'],
    ['with gone as (delete from people returning id) select * from gone', 'only reading is allowed'],
    ['explain analyze delete from people', 'only reading is allowed'],
    ['select * into copy from people', 'only reading is allowed'],
    ['select sneaky()', 'only reading is allowed'],
    ['select rebel()', 'before any query'],
    [`select set_config('transaction_read_only', 'off', false), sneaky()`, 'before any query'],
    [`select pg_read_file('/etc/passwd')`, 'permission denied'],
    [`select lo_export(1, '/tmp/x')`, 'permission denied'],
    ['select pg_reload_conf()', 'permission denied'],
    ['delete from people', 'begin with select'],
    ['commit', 'begin with select'],
    ['do $$ begin delete from people; end $$', 'begin with select'],
    ['set transaction read write', 'begin with select'],
    [`copy people to program 'id'`, 'COPY'],
  ])('is not written by %s', async (statement, message) => {
    await expect(ask(statement)).rejects.toMatchObject({ message: expect.stringContaining(message) })
    expect(await count()).toBe(30)
  })

  test('ends a statement that takes too long or answers too much, on the server', async () => {
    const signal = AbortSignal.timeout(30_000)
    await expect(postgresData.run({ ...login, limitS: 1 }, { statement: 'select pg_sleep(600)', write: false }, signal)).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('longer than 1 seconds') })
    await expect(ask(`select repeat('x', 100000000)`)).rejects.toMatchObject({ code: 'limit_exceeded', message: expect.stringContaining('larger than') })
    expect(await admin`select 1 from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`).toHaveLength(0)
  })

  test('is written by who may, and told without its values', async () => {
    const execute = (statement: string) => t.call(dataExecute, { serviceId, statement }, as())
    expect(await execute(`insert into people (id, "full name") values (100, 'Secre') returning id`)).toMatchObject({ rows: [['100']], changed: 1 })
    expect(await execute('delete from people where id = 100')).toMatchObject({ rows: [], changed: 1 })
    expect(await count()).toBe(30)
    expect(await execute('create table made (a int)')).toMatchObject({ changed: null, rows: [] })
    await expect(execute('drop table made; drop table people')).rejects.toMatchObject({ message: expect.stringContaining('multiple commands') })
    await expect(execute('drop table nothing')).rejects.toMatchObject({ code: 'invalid_input' })
    const told = await t.database.sql<{ statement: string }[]>`select data ->> 'statement' as statement from events where type = 'data.written' order by id`
    expect(told.map(({ statement }) => statement)).toEqual(['insert into people (id, "full name") values (?, ?) returning id', 'delete from people where id = ?', 'create table made (a int)', 'drop table made; drop table people', 'drop table nothing'])
  })

  test('belongs to roles: developers read, admins write', async () => {
    const developer = await member('developer')
    const viewer = await member('viewer')
    const statement = 'delete from people'
    await expect(t.call(dataExecute, { serviceId, statement }, { as: developer })).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('data.write') })
    expect((await t.call(dataQuery, { serviceId, statement: 'select 1' }, { as: developer })).rows).toEqual([['1']])
    await expect(t.call(dataOverview, { serviceId }, { as: viewer })).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('data.read') })
    expect(await count()).toBe(30)
  })

  test('is answered to an order once, and to nobody without one', async () => {
    const door = workerDoor(directory)
    const order = { id: 'req_1', serviceId, act: 'overview', ask: {}, expiresAt: new Date(t.engine.now().getTime() + 60_000).toISOString() }
    const sealed = t.platform.seal.seal(JSON.stringify(order), DATA_ORDER)
    const signal = AbortSignal.timeout(30_000)
    expect(await door.askData(sealed, signal)).toMatchObject({ kind: 'tables' })
    await expect(door.askData(sealed, signal)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(door.askData(t.platform.seal.seal(JSON.stringify({ ...order, id: 'req_2' }), 'file-order'), signal)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(door.askData('anything', signal)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('says in a sentence why it cannot be seen', async () => {
    await expect(t.call(dataKeys, { serviceId }, as())).rejects.toMatchObject({ code: 'not_now', message: 'PostgreSQL has tables, not keys.' })
    await runsAt(address, 'another')
    await expect(rows()).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('refuses the user or the password') })
    const silent = await listening()
    await runsAt({ host: '127.0.0.1', port: silent.port })
    const bounded = postgresData.rows({ ...login, host: '127.0.0.1', port: silent.port }, { schema: 'public', table: 'people', order: 'ascending', offset: 0, limit: 1 }, AbortSignal.timeout(500))
    await expect(bounded).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('took too long') })
    silent.server.close()
    await expect(rows()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('cannot be reached') })
    await t.call(serviceStop, { serviceId }, as())
    await expect(rows()).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('is stopped') })
    const api = await t.service('api')
    await expect(t.call(dataOverview, { serviceId: api.id }, as())).rejects.toMatchObject({ code: 'not_now' })
  })
})

async function member(role: 'viewer' | 'developer'): Promise<SignedIn> {
  const email = `${role}@example.com`
  const { token } = await t.call(invitationCreate, { organizationId: t.organizationId, email, role }, as())
  return t.call(authRegister, { email, password: 'correct horse', name: `A ${role}`, invitation: token })
}

/** Somebody who takes connections and never says anything. */
async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as { port: number }).port }
}
