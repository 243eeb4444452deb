import postgres from 'postgres'
import { afterEach, beforeEach, test } from 'vitest'

import { log } from '../../lib/log'
import { enqueue } from '../../lib/queue/jobs'
import { startRunners, type Runners } from '../../lib/worker/runners'
import type { Tasks } from '../../lib/worker/tasks'
import { platformForTest, type TestPlatform } from '../harness/platform'
import { until } from '../harness/until'

let t: TestPlatform
let runners: Runners
beforeEach(async () => {
  t = await platformForTest()
})
afterEach(async () => {
  await runners.stop()
  await t.close()
})

/** Cuts every connection to the database, and lets nobody in for as long as `work` takes. */
async function whileAway(work: () => Promise<void>): Promise<void> {
  const [row] = await t.database.sql<{ name: string }[]>`select current_database() as name`
  const admin = postgres(t.url.replace(/\/[^/]+$/, '/postgres'), { max: 1 })
  try {
    await admin`alter database ${admin(row!.name)} allow_connections false`
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${row!.name}`
    await work()
  } finally {
    await admin`alter database ${admin(row!.name)} allow_connections true`
    await admin.end()
  }
}

test('a place whose job ended while the database was away is taken again', async () => {
  const done: string[] = []
  const releases: (() => void)[] = []
  const hold = () => new Promise<void>((resolve) => releases.push(resolve))
  const inspect = async (payload: unknown) => {
    done.push((payload as { serviceId: string }).serviceId)
    if (done.length <= 2) await hold()
  }
  const nothing = async () => {}
  const tasks = { reconcile: nothing, 'look-again': nothing, 'run-deployment': nothing, 'release-deployment': nothing, inspect } as unknown as Tasks
  runners = await startRunners({ databaseUrl: t.url, tasks, builders: 1, log })
  const before = runners.ids()
  // Both places of this task are at work when the database goes away, and end while it is.
  for (const serviceId of ['svc_1', 'svc_2']) await enqueue(t.database.db, { task: 'inspect', serviceId })
  await until('both places to be taken', () => releases.length === 2)
  await whileAway(async () => {
    for (const release of releases) release()
    await until('both places to be lost', () => runners.ids().filter((id) => before.includes(id)).length === before.length - 2)
  })
  await until('others to be in their place', () => runners.ids().length === before.length)
  await until('the database to take it', () => enqueue(t.database.db, { task: 'inspect', serviceId: 'svc_3' }).then(() => true, () => false))
  await until('the next job to be done', () => done.includes('svc_3'))
})
