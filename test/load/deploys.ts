import { until } from '../harness/until'
import type { Scene } from './scene'

const ONE_DEPLOY_MS = 180_000

/**
 * Deploys so many times, one after the other: a real build and a kept one take turns. `answered`: the versions that have answered
 * somebody so far; each has before the next one comes.
 */
export async function deployMany(scene: Scene, times: number, answered: ReadonlySet<string>): Promise<void> {
  let last = ''
  for (let turn = 0; turn < times; turn++) {
    last = turn % 2 === 0 ? await scene.deploy() : await scene.redeploy(last)
    await untilActive(scene, last)
    await until(`${last}, which is active, to answer somebody`, async () => answered.has(last))
  }
}

/** Kills the worker and starts another one, over and over. `times` says how often it was done so far; `stop` ends it. */
export function killWorkers(scene: Scene, everyMs: number): { times(): number; stop(): Promise<void> } {
  let times = 0
  let isOver = false
  const working = (async () => {
    while (!isOver) {
      await new Promise((resolve) => setTimeout(resolve, everyMs))
      await scene.replaceWorker()
      times++
    }
  })()
  return {
    times: () => times,
    async stop() {
      isOver = true
      await working
    },
  }
}

/** Waits until a deployment serves; fails when it never will. */
export async function untilActive(scene: Scene, deploymentId: string): Promise<void> {
  const { sql } = scene.database
  await until(
    `${deploymentId} to become active`,
    async () => {
      const [row] = await sql<{ status: string; message: string | null }[]>`select status, failure_message as message from deployments where id = ${deploymentId}`
      if (row && ['failed', 'cancelled', 'superseded'].includes(row.status)) throw new Error(`${deploymentId} ended as ${row.status}: ${row.message ?? 'no reason'}\nThe logs end:\n${scene.log()}`)
      return row?.status === 'active' || row?.status === 'retired'
    },
    ONE_DEPLOY_MS,
  )
}
