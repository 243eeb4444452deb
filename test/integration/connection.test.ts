import { afterEach, beforeEach, expect, test } from 'vitest'

import { sql as text } from 'drizzle-orm'

import { connect, type Database } from '../../lib/db/connection'
import { createDatabase } from '../harness/database'
import { until } from '../harness/until'

// The server closes connections in the middle of things, as it does when it is restarted.

let ground: { url: string; drop(): Promise<void> }
let database: Database
let other: Database
beforeEach(async () => {
  ground = await createDatabase()
  // One connection, so that whatever goes on goes on there.
  database = connect(ground.url, { poolSize: 1, name: 'subject' })
  other = connect(ground.url, { poolSize: 1, name: 'other' })
  await other.sql`create table notes (text text)`
})
afterEach(async () => {
  await database.close()
  await other.close()
  await ground.drop()
})

const cut = () => other.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'easel-subject'`
const notes = async () => (await other.sql<{ text: string }[]>`select text from notes`).map((row) => row.text)
const note = (what: string) => text`insert into notes values (${what})`
/** Resolves when the pool has a connection again. */
const again = () => until('a new connection', () => database.sql`select 1`.then(() => true, () => false))

test('a transaction that was idle when its connection was cut is refused from then on', async () => {
  const refused: string[] = []
  const done = database.db.transaction(async (tx) => {
    await tx.execute(note('first'))
    await cut()
    await until('the loss to be seen', () => done.then(() => false, () => true))
    for (const what of ['second', 'third']) await tx.execute(note(what)).catch((error: Error) => refused.push(String(error.cause ?? error)))
  })
  await expect(done).rejects.toThrow()
  await again()
  await until('what goes on inside', () => refused.length === 2)
  expect(refused[0]).toContain('lost in the middle of a change')
  expect(await notes()).toEqual([])
})

test('what goes on inside a lost transaction is not done outside of it when there is a connection again', async () => {
  let isAgain = () => {}
  const connected = new Promise<void>((resolve) => (isAgain = resolve))
  let refused: unknown = null
  const done = database.db.transaction(async (tx) => {
    await tx.execute(note('first'))
    await cut()
    await connected
    await tx.transaction((inner) => inner.execute(note('second'))).catch((error: unknown) => (refused = error))
  })
  await expect(done).rejects.toThrow()
  await again()
  isAgain()
  await until('what goes on inside', () => refused !== null)
  expect(await notes()).toEqual([])
})

test.each(['a statement', 'a nested statement'])('a transaction cut in the middle of %s does nothing and harms nobody', async (which) => {
  const done = database.db.transaction(async (tx) => {
    await tx.execute(note('first'))
    const sleep = text`select pg_sleep(30)`
    await (which === 'a statement' ? tx.execute(sleep) : tx.transaction((inner) => inner.execute(sleep)))
  })
  done.catch(() => undefined)
  await until('it to be in the middle', async () => (await other.sql`select 1 from pg_stat_activity where application_name = 'easel-subject' and wait_event = 'PgSleep'`).length === 1)
  await cut()
  await expect(done).rejects.toThrow()
  await again()
  await database.db.transaction((tx) => tx.execute(note('after')))
  expect(await notes()).toEqual(['after'])
})

test('a transaction that fails by itself is rolled back, and what comes after it is done', async () => {
  await expect(database.db.transaction(async (tx) => {
    await tx.execute(note('first'))
    await tx.transaction((inner) => inner.execute(text`select 1 / 0`))
  })).rejects.toThrow()
  await database.db.transaction(async (tx) => {
    await tx.execute(note('second'))
    await tx.transaction((inner) => inner.execute(text`select 1 / 0`)).catch(() => undefined)
  })
  expect(await notes()).toEqual(['second'])
})

test('a reserved connection that is lost is another session from then on, and harms nobody', async () => {
  const held = await database.sql.reserve()
  const pid = async () => (await held<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!.pid
  const before = await pid()
  await held`select pg_advisory_lock(7)`
  const isLocked = async () => !(await other.sql<{ taken: boolean }[]>`select pg_try_advisory_lock(7) as taken`)[0]!.taken
  expect(await isLocked()).toBe(true)
  await cut()
  const after = await until('a new session', () => pid().catch(() => null))
  expect(after).not.toBe(before)
  expect(await isLocked()).toBe(false)
  held.release()
  held.release()
  await again()
  const [next, further] = [await database.sql.reserve(), await database.sql.reserve()]
  const pids = await Promise.all([next, further].map(async (connection) => (await connection<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!.pid))
  expect(new Set(pids).size).toBe(2)
  next.release()
  further.release()
})
