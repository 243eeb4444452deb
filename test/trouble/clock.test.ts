import { request } from 'node:http'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openLane, type Lane } from '../fault/lane'
import { until } from '../harness/until'
import { server } from './apps'
import { beside } from './bystander'
import { wholePlatform, workerAlone } from './jump'
import type { Scene, Service } from './scene'

// The clock jumps while a version is built, a service is in back-off, one drains and one waits for its time; then it jumps
// back to where it was. Whatever waits, waits for no longer than it would have, give or take a look at everything.

const FIRST_PORT = 26_750
/** Five services, their versions, and what other programs of this machine have taken meanwhile. */
const PORTS_EACH = 36
const HOUR_MS = 3_600_000
const JUMPS = [['an hour ahead', HOUR_MS], ['thirty days ahead', 30 * 24 * HOUR_MS], ['an hour back', -HOUR_MS]] as const
/** A back-off of a minute, or a minute until the next run, and a look at everything. */
const LIMIT_MS = 150_000

let lane: Lane
beforeAll(async () => void (lane = await openLane(FIRST_PORT, { portsEach: PORTS_EACH })))
afterAll(() => lane.close())

type Waiting = { slow: Service; crashes: Service; drains: Service; cron: Service }

async function draw(scene: Scene): Promise<Waiting> {
  const slow = await scene.service('slow', { 'server.js': server('slow'), 'build.js': 'setTimeout(() => {}, 3_000)' }, { buildCommand: 'node build.js' })
  const crashes = await scene.service('crashes', { 'server.js': server('crashes', 'setTimeout(() => process.exit(1), 1_500)') })
  const drains = await scene.service('drains', { 'server.js': "require('node:http').createServer((request, response) => request.url === '/slow' ? response.write('…') : response.end('drains')).listen(process.env.PORT)" }, { drainS: 10 })
  const cron = await scene.service('cron', { 'job.js': '' }, { startCommand: 'node job.js', cron: { schedule: '* * * * *' } })
  for (const service of [drains, cron, crashes]) await scene.deployed(service)
  return { slow, crashes, drains, cron }
}

const count = async (scene: Scene, query: (sql: Scene['database']['sql']) => Promise<readonly { n: number }[]>) => (await query(scene.database.sql))[0]?.n ?? 0
const restarts = (scene: Scene, { id }: Service) => count(scene, (sql) => sql<{ n: number }[]>`select coalesce(sum(restarts), 0)::int as n from workloads where service_id = ${id}`)
const finished = (scene: Scene, { id }: Service) => count(scene, (sql) => sql<{ n: number }[]>`select count(*)::int as n from runs where service_id = ${id} and status = 'done'`)
const versions = (scene: Scene, { id }: Service) => count(scene, (sql) => sql<{ n: number }[]>`select count(*)::int as n from workloads where service_id = ${id}`)

/** Everything is in the middle of waiting, then `jump` happens; afterwards each goes on. */
async function expectGoesOn(scene: Scene, { slow, crashes, drains, cron }: Waiting, jump: () => Promise<void>): Promise<void> {
  // Never answered to its end, so only time ends the drain.
  const open = request({ host: '127.0.0.1', port: scene.ingressPort, path: '/slow', headers: { host: new URL(drains.url).host } }).once('error', () => undefined)
  open.end()
  await scene.deployed(drains)
  const deployment = await scene.deploy(slow)
  const before = { restarts: await restarts(scene, crashes), finished: await finished(scene, cron) }
  await jump()
  const all = await Promise.all([
    scene.ended(deployment),
    until('the service that crashes to be started again', async () => (await restarts(scene, crashes)) > before.restarts, LIMIT_MS),
    until('the former version to be gone', async () => (await versions(scene, drains)) === 1, LIMIT_MS),
    until('the next run', async () => (await finished(scene, cron)) > before.finished, LIMIT_MS),
  ])
  expect(all[0]).toEqual({ status: 'active', reason: null, message: null })
  open.destroy()
}

describe.concurrent.each([['the clock of the worker', workerAlone], ['the clock of the whole platform', wholePlatform]] as const)('%s', (_, make) => {
  test.each(JUMPS)('jumps %s and back again, and everything goes on', async (_where, byMs) => {
    const clock = make()
    try {
      await beside(lane, clock.options, async (scene) => {
        const waiting = await draw(scene)
        await expectGoesOn(scene, waiting, () => clock.jump(scene, byMs))
        await expectGoesOn(scene, waiting, () => clock.jump(scene, -byMs))
      })
    } finally {
      clock.close()
    }
  }, 900_000)
})
