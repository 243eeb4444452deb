import { afterEach, beforeEach, expect, test } from 'vitest'

import { copyIn, type Cell } from '../../lib/db/copy-in'
import { platformForTest, type TestPlatform } from '../harness/platform'

// Rows go by COPY within a transaction; whatever goes wrong with it is told to whoever stores them, and ends in the transaction.

let t: TestPlatform
beforeEach(async () => {
  t = await platformForTest()
  await t.database.sql`create table cells (n int primary key, text text, data jsonb)`
})
afterEach(() => t.close())

const TARGET = 'cells (n, text, data)'
const store = (rows: Iterable<readonly Cell[]>) => t.database.db.transaction((tx) => copyIn(tx, TARGET, rows))
const count = async () => (await t.database.sql<{ n: number }[]>`select count(*)::int as n from cells`)[0]!.n
function* many(rows: number, at = -1, meanwhile: () => void = () => {}): Generator<readonly Cell[]> {
  for (let n = 0; n < rows; n++) {
    if (n === at) meanwhile()
    yield [String(n), 'x'.repeat(100), null]
  }
}

test('stores any text and any JSON as it is', async () => {
  const texts = ['', '\\N', 'a\tb\nc\rd\\e', '\\.', '\b\f\v\u0001', 'ä → 🙂', "it's \"quoted\""]
  await store(texts.map((text, n) => [String(n), text, JSON.stringify({ text })]))
  expect(await t.database.sql`select text, data ->> 'text' as again from cells order by n`).toEqual(texts.map((text) => ({ text, again: text })))
  await store([['100', null, null]])
  expect(await t.database.sql`select text, data from cells where n = 100`).toEqual([{ text: null, data: null }])
})

test('nothing, and much, and nothing of what is taken back', async () => {
  await store([])
  expect(await count()).toBe(0)
  await store(many(20_000))
  expect(await count()).toBe(20_000)
  await t.database.sql`truncate cells`
  await expect(
    t.database.db.transaction(async (tx) => {
      await copyIn(tx, TARGET, many(10))
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(await count()).toBe(0)
})

test.each([
  ['amid many rows', () => [...many(20_000), ['x', null, null]]],
  ['in the first row', () => [['1', null, '{'], ...many(20_000)]],
  ['found at the end', () => [['1', null, null], ['1', null, null]]],
])('an error %s is told, and the connection serves on', async (_, rows) => {
  await expect(store(rows())).rejects.toThrow(/invalid input syntax|duplicate key/)
  expect(await count()).toBe(0)
  await store(many(10))
  expect(await count()).toBe(10)
})

test('an error of whoever makes the rows is told, and nothing of them is stored', async () => {
  await expect(store(many(20_000, 15_000, () => { throw new Error('no more') }))).rejects.toThrow('no more')
  expect(await count()).toBe(0)
  await store(many(10))
  expect(await count()).toBe(10)
})

test('a connection that is lost is told, whenever it is', async () => {
  const end = () => t.database.sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and query like 'copy cells%'`
  await expect(store(many(2_000_000, 100_000, () => void end().catch(() => {})))).rejects.toThrow()
  expect(await count()).toBe(0)
  await store(many(10))
  expect(await count()).toBe(10)
})
