import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { databaseAdd } from '../../lib/contract/database'
import { restoreCancel, snapshotCancel, snapshotCreate, snapshotGet, snapshotPlan, snapshotProve, snapshotRestore, type SnapshotView } from '../../lib/contract/snapshot'
import { volumeCreate } from '../../lib/contract/volume'
import { ENGINES } from '../../lib/domain/engine/engines'
import { findEngine } from '../../lib/provisioning/database/find-engines'
import type { Lane } from '../fault/lane'
import { LEDGERS, TOTAL } from '../harness/ledgers'
import { until } from '../harness/until'
import { READER } from '../trouble/apps'
import type { Scene } from '../trouble/scene'
import { openDatabasesScene, type DatabasesScene } from './databases-scene'

// Databases that run as the product runs them, written to while they are copied, restored in place and as new ones, with the
// worker killed in the middle of both.

const FIRST_PORT = 29_760
const PORTS_EACH = 30
const TAKES_MS = 120_000

const present = await Promise.all((['postgres', 'mariadb', 'redis'] as const).map(async (engine) => ({ engine, found: await findEngine(engine, AbortSignal.timeout(60_000)) })))
let lane: Lane
let scene: Scene
let { deployed, reach, look, close } = {} as DatabasesScene
beforeAll(async () => void ({ lane, scene, deployed, reach, look, close } = await openDatabasesScene(FIRST_PORT, PORTS_EACH)))
afterAll(() => close())

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

describe('a worker that is killed', () => {
  /** A service that serves what its volume holds, a snapshot of that, and something else in it since. */
  async function volumeInUse(name: string) {
    const { environmentId, as } = lane
    const service = await scene.service(name, { 'server.js': READER })
    const { id: volumeId } = await scene.call(volumeCreate, { environmentId, serviceId: service.id, path: '/data' }, { as })
    await scene.deployed(service)
    const write = (word: string) => writeFileSync(join(scene.paths.volume(volumeId.replace('_', '-')), 'word'), word)
    write('before')
    const { id: snapshotId } = await scene.call(snapshotCreate, { environmentId, volumeId }, { as })
    expect(await done(snapshotId)).toMatchObject({ status: 'done' })
    write('after')
    return { volumeId, snapshotId, serves: (word: string) => until(`${word} to be served`, async () => (await scene.ask(service)).text === word, TAKES_MS) }
  }

  /** The worker is gone when it gets there. */
  const diesAt = async (point: string, work: () => Promise<void>) => {
    await scene.replaceWorker({ EASEL_KILLED_AT: point })
    await work()
    await until(`the worker to be killed at ${point}`, () => !scene.worker.isAlive(), TAKES_MS)
  }

  test('with a snapshot that is complete but not told, and cancelled then, leaves nothing of it', async () => {
    const { environmentId, as } = lane
    const { volumeId, snapshotId } = await volumeInUse('cancels')
    let second = ''
    await diesAt('snapshot:kept', async () => void (second = (await scene.call(snapshotCreate, { environmentId, volumeId }, { as })).id))
    await scene.call(snapshotCancel, { snapshotId: second }, { as })
    await scene.replaceWorker()
    await until('its file to be gone', () => !readdirSync(scene.paths.snapshots).some((name) => name.startsWith(second)), TAKES_MS)
    expect(await scene.call(snapshotGet, { snapshotId: second }, { as })).toMatchObject({ status: 'cancelled' })
    expect(readdirSync(scene.paths.snapshots)).toContain(snapshotId)
  })

  test('before a restore replaces anything has it done by the next one, or has left all as it was when it is cancelled', async () => {
    const { as } = lane
    const { volumeId, snapshotId, serves } = await volumeInUse('restores')
    const restore = async () => {
      let id = ''
      await diesAt('restore:replace', async () => void (id = (await scene.call(snapshotRestore, { snapshotId }, { as })).id))
      return id
    }
    await scene.call(restoreCancel, { restoreId: await restore() }, { as })
    await scene.replaceWorker()
    await serves('after')
    const second = await restore()
    await scene.replaceWorker()
    expect(await restored(volumeId, second)).toMatchObject({ status: 'done', message: null })
    await serves('before')
    expect(existsSync(scene.paths.scratch(second))).toBe(false)
  })
})
