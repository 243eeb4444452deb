import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { logSearch } from '../../lib/contract/log'
import { serviceCreate } from '../../lib/contract/service'
import { connect } from '../../lib/db/connection'
import { append, type NewLine } from '../../lib/db/queries/engine/log-lines'
import { makePartition } from '../../lib/db/queries/engine/log-partitions'
import { dropWordIndexesOf, readyWords } from '../../lib/db/queries/engine/log-words'
import { conditionOf } from '../../lib/db/queries/log-filter'
import { inWindow, withTimeout } from '../../lib/db/queries/log-search'
import { wordIndexes } from '../../lib/db/queries/log-spans'
import { makeWordIndexer } from '../../lib/worker/index-logs'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

const HOUR_MS = 3_600_000
const START = Date.parse('2026-03-04T10:00:00Z')
const silent = { warn: () => {}, info: () => {} } as never
const never = new AbortController().signal
let t: TestPlatform
let owner: SignedIn
let environmentId: string

beforeAll(async () => {
  t = await platformForTest()
  owner = await t.owner()
  ;({ environmentId } = await t.project(owner))
  const { id: serviceId } = await t.call(serviceCreate, { environmentId, source: { type: 'template', template: 'node-service' } }, { as: owner })
  // Two hours and a half, of which one line in a thousand is rare.
  const lines = Array.from({ length: 9_000 }, (_, n): NewLine => ({ kind: 'runtime', stream: 'stdout', deploymentId: 'dep_1', at: new Date(START + n * 1000), text: n % 1000 === 7 ? `Kaboom ${n}` : `usual ${n}`, attributes: n % 1000 === 8 ? { user: { name: 'Zoë "Z"' } } : null }))
  await makePartition(t.database.db, '2026-03-04')
  await t.database.db.transaction((tx) => append(tx, { environmentId, serviceId }, lines))
})
afterAll(() => t.close())

const at = (now: number) => makeWordIndexer({ db: t.database.db, log: silent, now: () => new Date(now) }, 500)
const names = async () => (await wordIndexes(t.database.db)).map(({ name, isValid }) => `${name}${isValid ? '' : ' (unfinished)'}`)
const found = async (filter: string) => (await t.call(logSearch, { environmentId, filter, limit: 1000 }, { as: owner })).lines.map(({ text }) => text)

it('rare words are found by an index on each time that is over, and without one all the same', async () => {
  t.clock.now = new Date(START + 3 * HOUR_MS)
  const filters = ['kaboom', '@user.name:"zoë \\"z\\""', '@user.name:Z*', 'kaboom -4007', 'kaboom OR @user.name:*']
  const before = await Promise.all(filters.map(found))
  expect(before.map(({ length }) => length)).toEqual([9, 9, 9, 8, 18])

  const indexer = at(START + 2.5 * HOUR_MS)
  await indexer.round(never)
  expect(await names()).toEqual(['log_words_202603041000_60', 'log_words_202603041100_60', 'log_words_202603041200_15'])
  expect(await Promise.all(filters.map(found))).toEqual(before)

  const condition = conditionOf({ kind: 'text', text: 'kaboom' }, { environmentId, nowMs: START, servicesOf: () => [] })
  const plan = await withTimeout(t.database.db, { timeoutMs: 1000, isIndexed: true }, (tx) =>
    tx.execute<Record<string, string>>(sql`explain select text from log_lines where ${inWindow(environmentId, { fromMs: START + HOUR_MS, untilMs: START + 1.5 * HOUR_MS, isIndexed: true })} and ${condition}`),
  )
  expect(JSON.stringify(plan)).toContain('log_words_202603041100_60')
})

it('an hour that is over takes the place of its quarters, and what was not finished is begun anew', async () => {
  await t.database.sql`update pg_index set indisvalid = false where indexrelid = 'log_words_202603041000_60'::regclass`
  expect(await names()).toContain('log_words_202603041000_60 (unfinished)')
  expect(await found('kaboom')).toHaveLength(9)
  await at(START + 3 * HOUR_MS + 120_000).round(never)
  await at(START + 3 * HOUR_MS + 150_000).round(never)
  expect(await names()).toEqual(['log_words_202603041000_60', 'log_words_202603041100_60', 'log_words_202603041200_60'])
  expect(await found('kaboom')).toHaveLength(9)
})

it('a day is written anew without its indexes, which come again', async () => {
  const before = await names()
  await dropWordIndexesOf(t.database.db, '2026-03-05')
  expect(await names()).toEqual(before)
  await dropWordIndexesOf(t.database.db, '2026-03-04')
  expect(await names()).toEqual([])
  expect(await found('kaboom')).toHaveLength(9)
  await at(START + 3 * HOUR_MS + 120_000).round(never)
  expect(await names()).toEqual(before)
})

it('a time that had few lines when it was over has an index some minutes after more have come', async () => {
  const first = START + 24 * HOUR_MS
  let nowMs = first + 2 * HOUR_MS
  const indexer = makeWordIndexer({ db: t.database.db, log: silent, now: () => new Date(nowMs) }, 500)
  await makePartition(t.database.db, '2026-03-05')
  await indexer.round(never)
  const { id: serviceId } = await t.call(serviceCreate, { environmentId, source: { type: 'template', template: 'node-service' } }, { as: owner })
  const lines = Array.from({ length: 600 }, (_, n): NewLine => ({ kind: 'runtime', stream: 'stdout', deploymentId: 'dep_1', at: new Date(first + n * 1000), text: `late ${n}`, attributes: null }))
  await t.database.db.transaction((tx) => append(tx, { environmentId, serviceId }, lines))
  nowMs += 60_000
  await indexer.round(never)
  expect(await names()).not.toContain('log_words_202603051000_60')
  nowMs += 5 * 60_000
  await indexer.round(never)
  expect(await names()).toContain('log_words_202603051000_60')
  await dropWordIndexesOf(t.database.db, '2026-03-05')
})

it('a database whose user may not have the extension, or does not see it, says why and what to do, and finds the same', async () => {
  const { sql: admin } = t.database
  const { url } = t
  const role = `words_${Math.random().toString(36).slice(2, 10)}`
  const name = new URL(url).pathname.slice(1)
  await dropWordIndexesOf(t.database.db, '2026-03-04')
  await admin.unsafe(`drop extension if exists pg_trgm; create role ${role} login password 'limited'; grant all on all tables in schema public to ${role}; revoke create on database ${name} from public`)
  const limited = connect(Object.assign(new URL(url), { username: role, password: 'limited' }).href, { poolSize: 1, name: 'test' })
  try {
    const said: unknown[] = []
    const indexer = makeWordIndexer({ db: limited.db, log: { warn: (fields: { reason: string }) => said.push(fields.reason) } as never, now: () => new Date(START + 3 * HOUR_MS + 120_000) }, 500)
    await indexer.round(never)
    await indexer.round(never)
    expect(said).toEqual(['not allowed'])
    expect(await names()).toEqual([])
    expect(await found('kaboom')).toHaveLength(9)
    expect((await readyWords(limited.db))?.advice).toContain('CREATE EXTENSION pg_trgm')
    await admin.unsafe('create schema apart; create extension pg_trgm schema apart')
    await indexer.round(never)
    expect(said).toEqual(['not allowed', 'elsewhere'])
    await admin.unsafe('alter extension pg_trgm set schema public; drop schema apart')
    expect(await readyWords(limited.db)).toBeNull()
  } finally {
    await limited.close()
    await admin.unsafe(`drop owned by ${role}; drop role ${role}`)
  }
})
