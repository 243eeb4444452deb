import { expect } from 'vitest'

import { databaseEngines } from '../../lib/contract/database'
import { deploymentCreate } from '../../lib/contract/deployment'
import { variableReveal } from '../../lib/contract/service'
import { ENGINES, type EngineName } from '../../lib/domain/engine/engines'
import type { Running } from '../../lib/provisioning/database/copy/copy'
import { openLane, type Lane } from '../fault/lane'
import { LEDGERS } from '../harness/ledgers'
import { until } from '../harness/until'
import { openScene, type Scene } from '../trouble/scene'

type Seen = { total: number; moves: number; counted: number }

/** A platform whose machine has been looked at, and how a test gets at the databases on it. */
export type DatabasesScene = {
  lane: Lane
  scene: Scene
  /** Deploys a database and waits until it serves. */
  deployed(serviceId: string): Promise<void>
  /** How a program on this machine reaches one. */
  reach(engine: EngineName, serviceId: string): Promise<Running>
  /** What its ledger says, as soon as it answers. */
  look(engine: EngineName, serviceId: string): Promise<Seen>
  close(): Promise<void>
}

const ANSWERS_MS = 150_000

/** Opens one. The file uses the ports from `firstPort` on. */
export async function openDatabasesScene(firstPort: number, portsEach: number): Promise<DatabasesScene> {
  const lane = await openLane(firstPort, { portsEach })
  const scene = await openScene(lane, {})
  const { as, environmentId } = lane
  await until('the machine to be looked at', async () => (await scene.call(databaseEngines, { environmentId }, { as })).engines.some(({ versions }) => versions.length > 0))
  const reach = async (engine: EngineName, serviceId: string): Promise<Running> => {
    const [row] = await scene.database.sql<{ port: number }[]>`select port from ports where service_id = ${serviceId} and purpose = 'private'`
    const keys = ENGINES[engine].variables.map(({ key }) => key).filter((key) => key !== ENGINES[engine].urlKey)
    const values = await Promise.all(keys.map(async (key) => [key, (await scene.call(variableReveal, { serviceId, key }, { as })).value] as const))
    return { data: '', port: row!.port, env: Object.fromEntries(values), programs: { version: '', paths: {} } }
  }
  return {
    lane,
    scene,
    async deployed(serviceId) {
      const { id } = await scene.call(deploymentCreate, { serviceId }, { as })
      expect(await scene.ended(id)).toMatchObject({ status: 'active' })
    },
    reach,
    look: (engine, serviceId) => until(`${engine} to answer`, async () => LEDGERS[engine]!.look(await reach(engine, serviceId)).catch(() => null), ANSWERS_MS, 250),
    async close() {
      await scene.close()
      await lane.close()
    },
  }
}
