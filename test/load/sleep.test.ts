import { afterEach, expect, test } from 'vitest'

import { until } from '../harness/until'
import { untilActive } from './deploys'
import { expectTakenOnce } from './load'
import { tell, versions } from './losses'
import { askAtOnce, emptyLedger } from './requests'
import { openScene, type Scene } from './scene'

const ROUNDS = 20
const AT_ONCE = 10

let scene: Scene

afterEach(() => scene.close())

async function isAsleep(): Promise<boolean> {
  const [service] = await scene.database.sql<{ asleep: boolean }[]>`select sleeping_at is not null as asleep from services`
  return service!.asleep
}

async function hasEnded(): Promise<boolean> {
  return (await scene.database.sql`select 1 from workloads where phase <> 'exited'`).length === 0
}

test('whoever asks a service that sleeps, or is just falling asleep, is answered', async () => {
  scene = await openScene({ settings: { sleepAfterS: 5 } })
  const deploymentId = await scene.deploy()
  await untilActive(scene, deploymentId)
  const ledger = emptyLedger()
  for (let round = 0; round < ROUNDS; round++) {
    await until(`the service to fall asleep in round ${round}`, isAsleep)
    // Every other time in the middle of it.
    if (round % 2 === 0) await until(`it to have ended in round ${round}`, hasEnded)
    await askAtOnce(scene.place, AT_ONCE, ledger)
  }
  expect(tell(ledger.losses, await versions(scene.database)), `Lost. The logs end:\n${scene.log()}\n`).toEqual([])
  expect(ledger.answered).toBe(ROUNDS * AT_ONCE)
  expect([...ledger.versions]).toEqual([deploymentId])
  await expectTakenOnce(scene, ledger)
})
