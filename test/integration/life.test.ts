import { afterEach, beforeEach, expect, test } from 'vitest'

import { beat } from '../../lib/db/queries/engine/heartbeats'
import { log } from '../../lib/log'
import { makeLife, type Life } from '../../lib/worker/life'
import { endAbandoned } from '../../lib/worker/sweep'
import { engineForTest, type TestEngine } from '../harness/engine'

const DETAIL = { ingress: { ok: true, message: '' }, runtime: { ok: true, message: '' } }

let t: TestEngine
let lives: Life[]
beforeEach(async () => {
  t = await engineForTest()
  lives = []
})
afterEach(async () => {
  for (const life of lives) await life.end()
  await t.close()
})

function life(name: string): Life {
  const made = makeLife({ databaseUrl: t.url, name, db: t.database.db, log })
  lives.push(made)
  return made
}

/** A job that the runner of a worker has taken. */
async function takenJob(runner: string): Promise<void> {
  await t.deploy(await t.service('api'))
  await t.database.sql`update graphile_worker._private_jobs set locked_by = ${runner}, locked_at = now(), attempts = 1`
}
const lockedBy = async () => [...new Set((await t.database.sql<{ by: string | null }[]>`select locked_by as by from graphile_worker.jobs`).map((row) => row.by))]

test('the jobs of a worker that lives are left alone, those of one that died are given back at once', async () => {
  const other = life('wrk_other')
  const me = life('wrk_me')
  await other.hold()
  await me.hold()
  await beat(t.database.db, 'wrk_other', ['worker-1'], DETAIL)
  await takenJob('worker-1')
  await me.takeOver()
  expect(await lockedBy()).toEqual(['worker-1'])

  // Its connection ends with it, however it ends; its last sign of life is seconds old.
  await t.database.sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid()
    and ((classid::bigint << 32) | objid::bigint) = hashtextextended('worker:wrk_other', 0)`
  for (let tries = 0; tries < 50 && (await lockedBy())[0] !== null; tries++) await me.takeOver()
  expect(await lockedBy()).toEqual([null])
  // That their worker died is not counted against them.
  expect(await t.database.sql`select distinct attempts from graphile_worker.jobs`).toEqual([{ attempts: 0 }])
  await t.settle()
  expect(await t.database.sql`select status from deployments`).toMatchObject([{ status: 'active' }])
})

test('one leads at a time', async () => {
  const [first, second] = [life('wrk_1'), life('wrk_2')]
  expect([await first!.lead('logs'), await first!.lead('logs'), await second!.lead('logs')]).toEqual([true, true, false])
  await first!.end()
  for (let tries = 0; tries < 50 && !(await second!.lead('logs')); tries++);
  expect(await second!.lead('logs')).toBe(true)
})

test('a deployment that nobody will go on with is ended with a reason', async () => {
  const deployment = await t.deploy(await t.service('api'))
  await t.database.sql`update graphile_worker._private_jobs set attempts = max_attempts`
  await endAbandoned(t.engine)
  expect(await t.outcome(deployment)).toMatchObject({ status: 'queued' })
  t.clock.now = new Date(Date.now() + 20_000)
  await endAbandoned(t.engine)
  expect(await t.outcome(deployment)).toMatchObject({ status: 'failed', reason: 'interrupted' })
})
