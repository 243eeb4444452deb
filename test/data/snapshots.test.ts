import { existsSync, readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { databaseAdd, databaseEngines } from '../../lib/contract/database'
import { deploymentCreate } from '../../lib/contract/deployment'
import { variableReveal } from '../../lib/contract/service'
import { snapshotCreate, snapshotGet, snapshotPlan, snapshotProve, snapshotRestore, type SnapshotView } from '../../lib/contract/snapshot'
import { ENGINES, type EngineName } from '../../lib/domain/engine/engines'
import type { Running } from '../../lib/provisioning/database/copy/copy'
import { findEngine } from '../../lib/provisioning/database/find-engines'
import { openLane, type Lane } from '../fault/lane'
import { LEDGERS, TOTAL } from '../harness/ledgers'
import { until } from '../harness/until'
import { openScene, type Scene } from '../trouble/scene'

// Databases that run as the product runs them, written to while they are copied, restored in place and as new ones, with the
// worker killed in the middle of both.

const FIRST_PORT = 29_760
const PORTS_EACH = 30
const TAKES_MS = 120_000

const present = await Promise.all((['postgres', 'mariadb', 'redis'] as const).map(async (engine) => ({ engine, found: await findEngine(engine, AbortSignal.timeout(60_000)) })))
let lane: Lane
let scene: Scene
beforeAll(async () => {
  lane = await openLane(FIRST_PORT, { portsEach: PORTS_EACH })
  scene = await openScene(lane, {})
  await until('the machine to be looked at', async () => (await scene.call(databaseEngines, { environmentId: lane.environmentId }, { as: lane.as })).engines.some(({ versions }) => versions.length > 0))
})
afterAll(async () => {
  await scene.close()
  await lane.close()
})

async function deployed(serviceId: string): Promise<void> {
  const { id } = await scene.call(deploymentCreate, { serviceId }, { as: lane.as })
  expect(await scene.ended(id)).toMatchObject({ status: 'active' })
}

/** How a program on this machine reaches a database. */
async function reach(engine: EngineName, serviceId: string): Promise<Running> {
  const [row] = await scene.database.sql<{ port: number }[]>`select port from ports where service_id = ${serviceId} and purpose = 'private'`
  const keys = ENGINES[engine].variables.map(({ key }) => key).filter((key) => key !== ENGINES[engine].urlKey)
  const values = await Promise.all(keys.map(async (key) => [key, (await scene.call(variableReveal, { serviceId, key }, { as: lane.as })).value] as const))
  return { data: '', port: row!.port, env: Object.fromEntries(values), programs: { version: '', paths: {} } }
}

const look = (engine: EngineName, serviceId: string) => until(`${engine} to answer`, async () => LEDGERS[engine]!.look(await reach(engine, serviceId)).catch(() => null), TAKES_MS, 250)

function done(snapshotId: string): Promise<SnapshotView> {
  return until('the snapshot to end', async () => {
    const snapshot = await scene.call(snapshotGet, { snapshotId }, { as: lane.as })
    return snapshot.status === 'done' || snapshot.status === 'failed' ? snapshot : null
  }, TAKES_MS, 100)
}

function restored(volumeId: string, id: string) {
  return until('the restore to end', async () => {
    const restore = (await scene.call(snapshotPlan, { environmentId: lane.environmentId, volumeId }, { as: lane.as })).restores.find((each) => each.id === id)!
    return restore.status === 'done' || restore.status === 'failed' ? restore : null
  }, TAKES_MS, 250)
}

/** What a trial restore finds. */
async function proof(snapshotId: string): Promise<SnapshotView['proof']> {
  await scene.call(snapshotProve, { snapshotId }, { as: lane.as })
  return until('the trial to end', async () => {
    const snapshot = await scene.call(snapshotGet, { snapshotId }, { as: lane.as })
    return snapshot.isBeingProven ? null : snapshot.proof
  }, TAKES_MS, 250)
}

describe.each(present)('$engine', ({ engine, found }) => {
  test.skipIf(found.version === null)(`${ENGINES[engine].word} comes back as it was at one moment, whatever is killed`, async () => {
    const { environmentId, as } = lane
    const ledger = LEDGERS[engine]!
    const database = await scene.call(databaseAdd, { environmentId, engine }, { as })
    await deployed(database.id)
    const at = await reach(engine, database.id)
    await ledger.setUp(at)
    const stop = new AbortController()
    const movers = [1, 2].map(() => ledger.move(at, stop.signal))
    const before = await ledger.look(at)
    const { id: snapshotId } = await scene.call(snapshotCreate, { environmentId, serviceId: database.id }, { as })
    await until('the copy to be on its way', () => existsSync(scene.paths.snapshots) && readdirSync(scene.paths.snapshots).some((name) => name.startsWith(snapshotId)))
    await scene.replaceWorker()
    const snapshot = await done(snapshotId)
    expect(snapshot).toMatchObject({ status: 'done', engine })
    expect(readdirSync(scene.paths.snapshots)).toEqual(expect.arrayContaining([snapshotId]))
    const after = await ledger.look(at)
    stop.abort()
    await Promise.all(movers)
    const last = await ledger.look(at)

    const restore = await scene.call(snapshotRestore, { snapshotId }, { as })
    await until('something to be replaced', async () => (await scene.database.sql`select 1 from restores where id = ${restore.id} and status <> 'queued'`).length > 0, TAKES_MS, 20)
    await scene.replaceWorker()
    expect(await restored(restore.volumeId, restore.id)).toMatchObject({ status: 'done', message: null })
    const seen = await look(engine, database.id)
    expect(seen.total).toBe(TOTAL)
    expect(seen.moves).toBe(seen.counted)
    expect(seen.moves).toBeGreaterThanOrEqual(before.moves)
    expect(seen.moves).toBeLessThanOrEqual(after.moves + movers.length)

    expect(await proof(snapshotId)).toMatchObject({ ok: true, message: expect.stringMatching(/ (rows|keys) were read\.$/) as string })
    expect((await scene.call(snapshotPlan, { environmentId, serviceId: database.id }, { as })).lastProof).toMatchObject({ snapshotId })
    expect(existsSync(scene.paths.scratch(snapshotId))).toBe(false)

    const { safetySnapshotId } = await restored(restore.volumeId, restore.id)
    const copy = await scene.call(snapshotRestore, { snapshotId: safetySnapshotId!, asNew: true, name: `${engine}-former` }, { as })
    expect(await restored(copy.volumeId, copy.id)).toMatchObject({ status: 'done', isNew: true })
    await deployed(copy.serviceId!)
    expect(await look(engine, copy.serviceId!)).toEqual(last)
    expect(existsSync(scene.paths.scratch(copy.id))).toBe(false)

    truncateSync(join(scene.paths.snapshots, snapshotId), 1_000)
    expect(await proof(snapshotId)).toMatchObject({ ok: false, message: expect.stringContaining('cut off') as string })
  })
})
