import { afterEach, beforeEach, expect, test } from 'vitest'

import { deploymentLock, holdLocks, withLock, type HeldLock } from '../../lib/db/queries/engine/advisory-lock'
import { runDeployment } from '../../lib/provisioning/deploy/run-deployment'
import { engineForTest, type TestEngine } from '../harness/engine'

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

const nobody = { onCancel: () => () => {}, close: async () => {} }
const never = new AbortController().signal

/** Cuts the connections of everybody who holds a lock, as a restart of PostgreSQL does. */
// Those of this file's own database only: other files run on the same server.
const cut = () => t.database.sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid()`

test('several locks are taken together or not at all', async () => {
  const held = await holdLocks(t.database.sql, 'b')
  expect(await holdLocks(t.database.sql, 'a', 'b')).toBeNull()
  const first = await holdLocks(t.database.sql, 'a')
  expect(first).not.toBeNull()
  await held!.release()
  await first!.release()
  const both = await holdLocks(t.database.sql, 'a', 'b')
  expect(await both!.hold()).toBe(true)
  await both!.release()
})

test('a lock that was lost with its connection is taken again, unless somebody else has it', async () => {
  const lock = await holdLocks(t.database.sql, 'a', 'b')
  await cut()
  expect(await lock!.hold()).toBe(true)
  expect(await holdLocks(t.database.sql, 'b')).toBeNull()
  await cut()
  const other = await holdLocks(t.database.sql, 'b')
  expect(await lock!.hold()).toBe(false)
  await lock!.release()
  await other!.release()
  const free = await holdLocks(t.database.sql, 'a', 'b')
  expect(free).not.toBeNull()
  await free!.release()
})

test('a lock that was let go of is not taken again by who still asks for it', async () => {
  const lock = await holdLocks(t.database.sql, 'a')
  await Promise.all([lock!.hold(), lock!.release(), lock!.hold()])
  expect(await lock!.hold()).toBe(false)
  const next = await holdLocks(t.database.sql, 'a')
  expect(next).not.toBeNull()
  await next!.release()
})

test('who waits for a lock gets it when it is free, and stops waiting when told to', async () => {
  const held = await holdLocks(t.database.sql, 'a')
  const stop = new AbortController()
  const told = withLock(t.database.sql, { name: 'a', signal: stop.signal }, async () => 'never')
  const waiting = withLock(t.database.sql, { name: 'a', signal: never }, async () => 'mine')
  stop.abort(new Error('told to'))
  await expect(told).rejects.toThrow('told to')
  await held!.release()
  expect(await waiting).toBe('mine')
})

test('a worker whose deployment somebody else has taken over says nothing about it any more', async () => {
  const { id } = await t.service('site')
  const deployment = await t.deploy({ id })
  let taken: HeldLock | null = null
  const engine = {
    ...t.engine,
    at: async (point: string) => {
      if (point !== 'stage:detect:during') return
      await cut()
      taken = await holdLocks(t.database.sql, deploymentLock(deployment))
      throw new Error('Its commands were ended by the other one.')
    },
  }
  const work = runDeployment(engine, deployment, { shutdown: never, cancellations: nobody, isLastAttempt: true })
  await expect(work).rejects.toThrow('somebody else may be at work')
  expect(await t.outcome(deployment)).toMatchObject({ status: 'building' })
  await taken!.release()
  await t.settle()
  expect(await t.outcome(deployment)).toMatchObject({ status: 'active' })
})
