import type { TransactionSql } from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'

import type { NewsFrame } from '../../lib/contract/live'
import { connect, type Database } from '../../lib/db/connection'
import { newsFrames, readCursor } from '../../lib/http/live/news'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

// Events that become visible in another order than their ids, by transactions that overlap.

let t: TestPlatform
let owner: SignedIn
let second: Database
let where: { organizationId: string; environmentId: string }

beforeAll(async () => {
  t = await platformForTest()
  owner = await t.owner()
  second = connect(t.url, { poolSize: 2, name: 'second' })
})
beforeEach(async () => {
  where = { organizationId: owner.organization!.id, environmentId: (await t.project(owner)).environmentId }
})
afterAll(async () => {
  await second.close()
  await t.close()
})

const insert = async (sql: TransactionSql | Database['sql'], subject: string) => {
  const [row] = await sql<{ id: string }[]>`
    insert into events (type, subject, organization_id, environment_id, actor_id, actor_name) values ('service.updated', ${subject}, ${where.organizationId}, ${where.environmentId}, 'usr_1', 'Ada') returning id`
  return BigInt(row!.id)
}
/** Writes an event in a transaction that stays open until it is let go. */
async function begin(write: (sql: TransactionSql) => Promise<unknown>): Promise<() => Promise<void>> {
  let commit = () => {}
  const mayEnd = new Promise<void>((resolve) => (commit = resolve))
  let began = () => {}
  const isWritten = new Promise<void>((resolve) => (began = resolve))
  const ended = second.sql.begin(async (sql) => {
    await write(sql)
    began()
    await mayEnd
  })
  await Promise.race([isWritten, ended])
  return async () => {
    commit()
    await ended
  }
}
const follow = (lastId: string | null = null) => {
  const source = newsFrames(t.platform.db, where, lastId)
  return async () => (await source.next()).map(({ id, data }) => ({ id: id!, subject: (data as NewsFrame).subject }))
}
const subjects = async (next: ReturnType<typeof follow>) => (await next()).map(({ subject }) => subject)

it('tells what was written first and became visible last, once', async () => {
  const next = follow()
  expect(await next()).toEqual([])
  let first = 0n
  const commit = await begin(async (sql) => (first = await insert(sql, 'slow')))
  const later = await insert(t.database.sql, 'quick')
  expect(first).toBeLessThan(later)
  expect(await subjects(next)).toEqual(['quick'])
  expect(await next()).toEqual([])
  await commit()
  expect(await subjects(next)).toEqual(['slow'])
  expect(await next()).toEqual([])
})

it('goes on after a reconnect with what was not visible before it, and repeats nothing', async () => {
  const next = follow()
  await next()
  const commit = await begin((sql) => insert(sql, 'slow'))
  await insert(t.database.sql, 'quick')
  const [quick] = await next()
  await commit()
  await insert(t.database.sql, 'last')
  const again = follow(quick!.id)
  const heard = await again()
  expect(heard.map(({ subject }) => subject)).toEqual(['slow', 'last'])
  // Cut after the first of two: the other one is told again, and that alone.
  expect(await subjects(follow(heard[0]!.id))).toEqual(['last'])
  expect(await subjects(follow(heard[1]!.id))).toEqual([])
})

it('tells what was written in a savepoint, and in a transaction that had its number before anybody looked', async () => {
  const commit = await begin(async (sql) => {
    await sql`update projects set name = name`
    await sql.savepoint((inner) => insert(inner, 'inner'))
  })
  const next = follow()
  expect(await next()).toEqual([])
  await insert(t.database.sql, 'quick')
  expect(await subjects(next)).toEqual(['quick'])
  await commit()
  expect(await subjects(next)).toEqual(['inner'])
  expect(await next()).toEqual([])
})

it('begins with what comes, in whatever it is given as the last word', async () => {
  await insert(t.database.sql, 'before')
  for (const lastId of [null, 'nonsense', '12']) expect(await subjects(follow(lastId))).toEqual([])
  expect(readCursor('12.34.5-6')).toEqual({ newest: 12n, horizon: 34n, told: [5n, 6n] })
  expect(readCursor('12.34.')).toEqual({ newest: 12n, horizon: 34n, told: [] })
  expect(readCursor("1'; drop table events.2.")).toBeNull()
})
