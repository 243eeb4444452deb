import { expect } from 'vitest'

import { environmentGraph } from '../../lib/contract/project'
import type { Lane } from '../fault/lane'
import { askAllTheTime } from '../harness/ask'
import { processesOf } from '../harness/belongings'
import { until } from '../harness/until'
import { server } from './apps'
import { openScene, type Scene, type SceneOptions, type Service } from './scene'

// Every case goes on beside a service that has nothing to do with it. That one answers all the time, and so does the
// dashboard; afterwards the platform is up, works as before, and nothing is left of the trouble.

/** Whoever waits longer for a page of the dashboard takes it for broken. */
const PATIENCE_MS = 10_000
const PAUSE_MS = 100

/** Opens a scene with a bystander, lets the trouble happen, and looks whether anything else has suffered. */
export async function beside(lane: Lane, options: SceneOptions, trouble: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await openScene(lane, options)
  try {
    const bystander = await scene.service('bystander', { 'server.js': server('at your service') })
    await scene.deployed(bystander)
    const stopAsking = askAllTheTime(scene.ingressPort, bystander.url)
    const stopLooking = lookAllTheTime(scene)
    let suffered
    try {
      await trouble(scene)
      await expectWell(scene, bystander)
    } finally {
      suffered = { asking: await stopAsking(), looking: await stopLooking() }
    }
    expect(suffered.asking.lost, 'requests that the bystander did not answer').toEqual([])
    expect(suffered.asking.asked).toBeGreaterThan(10)
    expect(suffered.looking, 'looks at the dashboard that failed').toEqual([])
  } catch (error) {
    if (error instanceof Error) error.message += `\n\nOn their way:\n${await onTheirWay(scene).catch(String)}\n\nThe worker's log ends:\n${scene.log()}`
    throw error
  } finally {
    await scene.close()
  }
}

/** Deployments and jobs that have not ended, for the message of a failed test. */
async function onTheirWay({ database: { sql } }: Scene): Promise<string> {
  const deployments = await sql`select id, status, (select string_agg(name || ' ' || status, ', ') from stages where deployment_id = d.id) as stages from deployments d where status in ('queued', 'building', 'releasing')`
  const jobs = await sql`select task_identifier as task, key, attempts, run_at::text, locked_by, last_error from graphile_worker.jobs`
  return [...deployments, ...jobs].map((row) => JSON.stringify(row)).join('\n')
}

/** The platform is up, and does what it is asked to. */
async function expectWell(scene: Scene, bystander: Service): Promise<void> {
  expect(scene.worker.isAlive()).toBe(true)
  await scene.deployed(bystander)
  await until('the worker to have a sign of life', async () => {
    const [beat] = await scene.database.sql<{ isFresh: boolean }[]>`select bool_and(at > now() - interval '10 seconds') as "isFresh" from heartbeats`
    return beat?.isFresh ?? false
  })
}

function lookAllTheTime(scene: Scene): () => Promise<string[]> {
  const failed: string[] = []
  let isOver = false
  const looking = (async () => {
    while (!isOver) {
      const began = performance.now()
      await scene.call(environmentGraph, { environmentId: scene.lane.environmentId }, { as: scene.lane.as }).catch((error: Error) => void failed.push(error.message))
      if (performance.now() - began > PATIENCE_MS) failed.push(`It took ${Math.round(performance.now() - began)} ms.`)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  })()
  return async () => {
    isOver = true
    await looking
    return failed
  }
}

/** Waits until nothing runs any more that `isIt` knows by its command line, whatever it has left behind. */
export async function untilGone(what: string, isThere: () => boolean, limitMs?: number): Promise<void> {
  await until(`${what} to be gone`, () => !isThere(), limitMs)
}

/** Processes of a scene's data folder besides its worker, as their commands. */
export function commandsIn(scene: Scene): string[] {
  return processesOf(scene.dataDir, [scene.worker.pid]).map(({ command }) => command)
}
