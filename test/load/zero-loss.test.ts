import { afterEach, test } from 'vitest'

import { until } from '../harness/until'
import { deployMany, untilActive } from './deploys'
import { expectNoLoss, startLoad } from './load'
import { openScene, type Scene, type SceneOptions } from './scene'

const DEPLOYS = Number(process.env.EASEL_LOAD_DEPLOYS ?? 25)
const DRAIN_S = 30
const DOWNLOAD_S = 8

let scene: Scene

afterEach(() => scene.close())

/** A service that runs its first version. */
async function running(options: SceneOptions): Promise<void> {
  scene = await openScene(options)
  await untilActive(scene, await scene.deploy())
}

async function workloads(): Promise<number> {
  return (await scene.database.sql`select 1 from workloads`).length
}

test(`nothing is lost in ${DEPLOYS} deploys in a row`, async () => {
  await running({ settings: {} })
  const load = startLoad(scene.place, DOWNLOAD_S)
  await deployMany(scene, DEPLOYS)
  await load.stop()
  await expectNoLoss(scene, load, DRAIN_S)
  // With the clients everything that was open is gone.
  await until('former versions to end', async () => (await workloads()) === 1)
})
