import { setTimeout as sleep } from 'node:timers/promises'

import type postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { serviceGet, serviceUpdate } from '../../lib/contract/service'
import { lock } from '../../lib/db/queries/services'
import { engineForTest, type TestEngine } from '../harness/engine'

// Two who wait for each other: PostgreSQL looks for such circles when somebody has waited for `deadlock_timeout`, and ends whoever looked.

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

const NEVER_MS = 60_000
const holdService = (tx: postgres.TransactionSql, id: string) => tx`select 1 from services where id = ${id} for update`
const holdDeployment = (tx: postgres.TransactionSql, id: string) => tx`select 1 from deployments where id = ${id} for update`

async function isWaitedFor(): Promise<void> {
  for (;;) {
    const [row] = await t.database.sql<{ n: number }[]>`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    if (row!.n > 0) return
    await sleep(20)
  }
}

test('another name waits for a service that is being released, and does not stand in its way', async () => {
  const [web, api] = [await t.service('web'), await t.service('api')]
  const first = await t.deploy(api)
  await t.settle()
  const second = await t.deploy(api)
  let renamed: Promise<unknown> = Promise.resolve()
  // As a verdict does: the service, the version that serves from now on, then the one that did.
  await t.database.sql.begin(async (tx) => {
    await tx`set local deadlock_timeout = '10ms'`
    await holdService(tx, api.id)
    await holdDeployment(tx, second)
    renamed = t.call(serviceUpdate, { serviceId: web.id, name: 'shop' }, { as: t.as })
    await isWaitedFor()
    // The other one has looked for a circle by now, and does not look again.
    await sleep(1_500)
    await holdDeployment(tx, first)
  })
  expect(await renamed).toMatchObject({ name: 'shop' })
})

test('a command that was ended because it waited in a circle is done again', async () => {
  const [web, api] = [await t.service('web'), await t.service('api')]
  let renamed: Promise<unknown> = Promise.resolve()
  await t.database.sql.begin(async (tx) => {
    await tx`set local deadlock_timeout = ${tx.unsafe(`${NEVER_MS}`)}`
    await holdService(tx, api.id)
    renamed = t.call(serviceUpdate, { serviceId: web.id, name: 'shop' }, { as: t.as })
    await isWaitedFor()
    await holdService(tx, web.id)
  })
  expect(await renamed).toMatchObject({ name: 'shop' })
  expect(await t.call(serviceGet, { serviceId: web.id }, { as: t.as })).toMatchObject({ name: 'shop' })
})

test('who holds a service keeps nobody from writing down what is seen of it', async () => {
  const web = await t.service('web')
  const deployment = await t.deploy(web)
  await t.database.db.transaction(async (tx) => {
    expect(await lock(tx, web.id)).not.toBeNull()
    await t.database.sql.begin(async (other) => {
      await other`set local lock_timeout = '5s'`
      await other`insert into ports (port, purpose, service_id, deployment_id) values (39999, 'workload', ${web.id}, ${deployment})`
      await other`select 1 from services where id = ${web.id} for key share`
    })
  })
})
