import { afterEach, expect, test } from 'vitest'

import type { ServiceSettings } from '../../lib/contract/service-settings'
import { until } from '../harness/until'
import { deployMany, killWorkers, untilActive } from './deploys'
import { expectNoLoss, startLoad, type Load } from './load'
import { versions } from './losses'
import { openScene, type Scene } from './scene'

const DEPLOYS = Number(process.env.EASEL_LOAD_DEPLOYS ?? 25)
/** In variations of the first test. */
const FEWER = 10
const DRAIN_S = 30
/** Longer than a deploy, shorter than the grace. */
const DOWNLOAD_S = 8
const KILL_MS = 3_000

let scene: Scene
/** What goes on beside a test, and ends before its platform does. */
const beside: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.allSettled(beside.splice(0).map((end) => end()))
  await scene.close()
})

/** Loads the service until the test ends it. */
function load(downloadS: number | null): Load {
  const started = startLoad(scene.place, downloadS)
  beside.push(started.stop)
  return started
}

/** A service that runs its first version. */
async function running(settings: Partial<ServiceSettings>, startMs = 0): Promise<void> {
  scene = await openScene({ settings, startMs })
  await untilActive(scene, await scene.deploy())
}

/** When nobody asks any more, all of it ends but the version that serves. */
async function untilOnlyOneIsLeft(replicas: number): Promise<void> {
  await until('former versions to end', async () => (await scene.database.sql`select 1 from workloads`).length === replicas)
}

async function tookMs(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

test(`nothing is lost in ${DEPLOYS} deploys in a row`, async () => {
  await running({})
  const { stop, ...asked } = load(DOWNLOAD_S)
  await deployMany(scene, DEPLOYS, asked.ledger.versions)
  await stop()
  await expectNoLoss(scene, asked, DRAIN_S)
  await untilOnlyOneIsLeft(1)
})

test(`nothing is lost in ${FEWER} deploys in a row when former versions end at once, because nothing is open for long`, async () => {
  await running({})
  const { stop, ...asked } = load(null)
  await deployMany(scene, FEWER, asked.ledger.versions)
  await untilOnlyOneIsLeft(1)
  await stop()
  await expectNoLoss(scene, asked, DRAIN_S)
})

test(`nothing is lost in ${FEWER} deploys of three replicas`, async () => {
  await running({ replicas: 3 })
  const { stop, ...asked } = load(DOWNLOAD_S)
  await deployMany(scene, FEWER, asked.ledger.versions)
  await stop()
  await expectNoLoss(scene, asked, DRAIN_S)
  await untilOnlyOneIsLeft(3)
})

test('nothing is lost in 20 deploys and more while the worker is killed every three seconds, at least ten times', async () => {
  await running({})
  const { stop, ...asked } = load(DOWNLOAD_S)
  // A slow machine gets more: a worker that never lives as long as one build gets nothing done.
  const killing = killWorkers(scene, Math.max(KILL_MS, 1.5 * (await tookMs(() => deployMany(scene, 1, asked.ledger.versions)))))
  beside.push(killing.stop)
  await deployMany(scene, 20, asked.ledger.versions)
  // A fast machine is done before that.
  while (killing.times() < 10) await deployMany(scene, 2, asked.ledger.versions)
  await killing.stop()
  await stop()
  await expectNoLoss(scene, asked, DRAIN_S)
  await untilOnlyOneIsLeft(1)
})

// Requests wait for so long at most, and those that are open get half of it to end before a version is replaced.
const HOLD_S = 30

test.each([
  ['with connections open for long', { drainS: 3, downloadS: 2, times: 10 }],
  ['with nothing open for long', { drainS: 3, downloadS: null, times: 10 }],
  ['with a grace as long as requests may wait', { drainS: DRAIN_S, downloadS: DOWNLOAD_S, times: 3 }],
])('nothing is lost in deploys that replace what runs, %s, and it is known how long requests waited', async (_, { drainS, downloadS, times }) => {
  const graceS = Math.min(drainS, HOLD_S / 2)
  const startMs = 300
  await running({ rollout: 'replace', drainS }, startMs)
  const { stop, ...asked } = load(downloadS)
  const allMs = await tookMs(() => deployMany(scene, times, asked.ledger.versions))
  await stop()
  await expectNoLoss(scene, asked, graceS)

  const pauses = (await versions(scene.database)).slice(1).map(({ pauseMs }) => pauseMs ?? 0)
  // The next version needs some time to start; what is open gets its time to end before that.
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(startMs + (downloadS === null ? 0 : graceS * 1000))
  expect(pauses.reduce((sum, pause) => sum + pause)).toBeLessThan(allMs)
  await untilOnlyOneIsLeft(1)
})
