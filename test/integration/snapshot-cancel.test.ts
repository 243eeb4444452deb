import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { deploymentCreate } from '../../lib/contract/deployment'
import { restoreCancel, snapshotCancel, snapshotCreate, snapshotGet, snapshotPlan, snapshotProve, snapshotRestore } from '../../lib/contract/snapshot'
import { volumeList } from '../../lib/contract/volume'
import { newId } from '../../lib/ids'
import { volumeName } from '../../lib/provisioning/runtime/driver'
import type { SnapshotStore } from '../../lib/provisioning/snapshot/store'
import { removeStraySnapshots } from '../../lib/worker/plan-snapshots'
import { engineForTest, type TestEngine } from '../harness/engine'
import { until } from '../harness/until'

let t: TestEngine
let files: string
let store: SnapshotStore
beforeAll(async () => {
  t = await engineForTest()
  files = t.engine.paths.snapshots
  store = t.engine.snapshots
})
afterEach(() => {
  t.engine.snapshots = store
  delete t.engine.at
})
afterAll(() => t.close())

async function volumeWith(text: string) {
  const service = await t.service(`s-${newId('request').slice(-8)}`, { rollout: 'replace' })
  const id = newId('volume')
  await t.database.sql`insert into volumes (id, environment_id, name, service_id, mount_path) values (${id}, ${t.environmentId}, ${id}, ${service.id}, '/data')`
  await t.call(deploymentCreate, { serviceId: service.id }, { as: t.as })
  await t.settle({ forMs: 3_000 })
  const content = () => t.runtime.world.volumes.get(volumeName(id))!.files
  content().set('text', Buffer.from(text))
  return { id, service, content, text: () => content().get('text')?.toString() }
}

const as = () => ({ as: t.as })
const asked = async (volumeId: string) => (await t.call(snapshotCreate, { environmentId: t.environmentId, volumeId }, as())).id
const taken = async (volumeId: string) => {
  const id = await asked(volumeId)
  await t.settle()
  return id
}
const get = (snapshotId: string) => t.call(snapshotGet, { snapshotId }, as())
const cancel = (snapshotId: string) => t.call(snapshotCancel, { snapshotId }, as())
const cancelRestore = (restoreId: string) => t.call(restoreCancel, { restoreId }, as())
const lastRestore = async (volumeId: string) => (await t.call(snapshotPlan, { environmentId: t.environmentId, volumeId }, as())).restores[0]!
const filesOf = (id: string) => (existsSync(files) ? readdirSync(files).filter((name) => name.startsWith(id)) : [])
const aborted = (signal: AbortSignal) => until('the work to be ended', async () => signal.aborted)

/** Does something when the first bytes of a snapshot are there, and goes on when its writing is ended. */
function whenWriting(work: (id: string) => Promise<unknown>) {
  t.engine.snapshots = {
    ...store,
    async write(id, content, signal) {
      mkdirSync(files, { recursive: true })
      writeFileSync(join(files, `${id}.partial`), 'half')
      await work(id)
      await aborted(signal)
      return store.write(id, content, signal)
    },
  }
}

describe('a snapshot that is cancelled', () => {
  test('before it begins is never made', async () => {
    const volume = await volumeWith('x')
    const id = await asked(volume.id)
    expect(await cancel(id)).toMatchObject({ status: 'cancelled', message: null })
    await t.settle()
    expect(await get(id)).toMatchObject({ status: 'cancelled', sizeBytes: null })
    expect(filesOf(id)).toEqual([])
    await expect(cancel(id)).rejects.toThrow('cancelled already')
    expect(await get(await taken(volume.id))).toMatchObject({ status: 'done' })
  })

  test('while it is written leaves nothing of itself, and the former ones as they were', async () => {
    const volume = await volumeWith('x')
    const former = await taken(volume.id)
    const id = await asked(volume.id)
    whenWriting(cancel)
    await t.settle()
    expect(await get(id)).toMatchObject({ status: 'cancelled' })
    expect(filesOf(id)).toEqual([])
    expect(filesOf(former)).toEqual([former])
    expect(await get(former)).toMatchObject({ status: 'done' })
  })

  test('when all of it is there but not yet told is cancelled all the same', async () => {
    const volume = await volumeWith('x')
    const id = await asked(volume.id)
    t.engine.at = async (moment) => {
      if (moment === 'snapshot:kept') await cancel(id)
      return undefined
    }
    await t.settle()
    expect(await get(id)).toMatchObject({ status: 'cancelled', sizeBytes: null })
    expect(filesOf(id)).toEqual([])
  })

  test('while its worker dies leaves no half file', async () => {
    const volume = await volumeWith('x')
    const other = await volumeWith('y')
    const [first, second] = [await asked(volume.id), await asked(other.id)]
    mkdirSync(files, { recursive: true })
    for (const id of [first, second]) {
      writeFileSync(join(files, `${id}.partial`), 'half')
      await cancel(id)
    }
    await t.database.sql`delete from graphile_worker._private_jobs where payload ->> 'snapshotId' = ${second}`
    await t.settle()
    expect(filesOf(first)).toEqual([])
    await removeStraySnapshots(t.engine)
    expect(filesOf(second)).toEqual([])
  })

  test('when it is complete is refused', async () => {
    const volume = await volumeWith('x')
    await expect(cancel(await taken(volume.id))).rejects.toThrow('is complete')
  })
})

describe('a trial that is cancelled', () => {
  test('ends, leaves no folder and says nothing about the snapshot; the next one is another', async () => {
    const volume = await volumeWith('x')
    const id = await taken(volume.id)
    await t.call(snapshotProve, { snapshotId: id }, as())
    const scratch = t.engine.paths.scratch(id)
    let reads = 0
    t.engine.snapshots = {
      ...store,
      async read(snapshotId, signal) {
        // First it is looked through.
        if (++reads === 1) return store.read(snapshotId, signal)
        expect(existsSync(scratch)).toBe(true)
        await cancel(snapshotId)
        await aborted(signal)
        return store.read(snapshotId, signal)
      },
    }
    await t.settle()
    expect(await get(id)).toMatchObject({ status: 'done', isBeingProven: false, proof: null })
    expect(existsSync(scratch)).toBe(false)
    t.engine.snapshots = store
    await t.call(snapshotProve, { snapshotId: id }, as())
    await t.settle()
    expect(await get(id)).toMatchObject({ isBeingProven: false, proof: { ok: false } })
  })

  test('before it begins, or while its worker dies, likewise', async () => {
    const volume = await volumeWith('x')
    const id = await taken(volume.id)
    await t.call(snapshotProve, { snapshotId: id }, as())
    mkdirSync(t.engine.paths.scratch(id), { recursive: true })
    await cancel(id)
    await t.settle()
    expect(await get(id)).toMatchObject({ isBeingProven: false, proof: null })
    expect(existsSync(t.engine.paths.scratch(id))).toBe(false)
  })
})

describe('a restore that is cancelled', () => {
  const restoring = async (volume: { id: string; content(): Map<string, Buffer | null> }) => {
    const snapshotId = await taken(volume.id)
    volume.content().set('text', Buffer.from('after'))
    return (await t.call(snapshotRestore, { snapshotId }, as())).id
  }

  test('before it begins touches nothing', async () => {
    const volume = await volumeWith('before')
    const id = await restoring(volume)
    expect(await cancelRestore(id)).toMatchObject({ status: 'cancelled' })
    await t.settle({ forMs: 5_000 })
    expect(await lastRestore(volume.id)).toMatchObject({ status: 'cancelled', safetySnapshotId: null })
    expect(volume.text()).toBe('after')
    expect(t.runtime.serving(volume.service.id)).toHaveLength(1)
    await expect(cancelRestore(id)).rejects.toThrow('cancelled already')
  })

  test('during the safety snapshot starts again what was stopped, and leaves no half of it', async () => {
    const volume = await volumeWith('before')
    const id = await restoring(volume)
    whenWriting(async (snapshotId) => {
      expect(t.runtime.serving(volume.service.id)).toEqual([])
      await expect(cancel(snapshotId)).rejects.toThrow('part of a restore')
      await cancelRestore(id)
    })
    await t.settle({ forMs: 20_000 })
    const restore = await lastRestore(volume.id)
    expect(restore).toMatchObject({ status: 'cancelled' })
    expect(await get(restore.safetySnapshotId!)).toMatchObject({ status: 'cancelled' })
    expect(filesOf(restore.safetySnapshotId!)).toEqual([])
    expect(volume.text()).toBe('after')
    expect(t.runtime.serving(volume.service.id)).toHaveLength(1)
  })

  test('at the last moment has won, and keeps the safety snapshot', async () => {
    const volume = await volumeWith('before')
    const id = await restoring(volume)
    t.engine.at = async (moment) => {
      if (moment === 'restore:replace') await cancelRestore(id)
      return undefined
    }
    await t.settle({ forMs: 20_000 })
    const restore = await lastRestore(volume.id)
    expect(restore).toMatchObject({ status: 'cancelled' })
    expect(await get(restore.safetySnapshotId!)).toMatchObject({ status: 'done' })
    expect(volume.text()).toBe('after')
    expect(t.runtime.serving(volume.service.id)).toHaveLength(1)
  })

  test('too late is refused with what to do instead, and goes on', async () => {
    const volume = await volumeWith('before')
    const id = await restoring(volume)
    const volumes = t.engine.driver.volumes!
    const { restore } = volumes
    const refusals: string[] = []
    volumes.restore = async (...args) => {
      refusals.push(await cancelRestore(id).then(() => 'cancelled', (error: Error) => error.message))
      return restore(...args)
    }
    await t.settle({ forMs: 20_000 })
    volumes.restore = restore
    expect(refusals).toEqual([expect.stringContaining('can no longer be cancelled')])
    expect(await lastRestore(volume.id)).toMatchObject({ status: 'done' })
    expect(volume.text()).toBe('before')
  })

  test('into a new volume takes that away as well', async () => {
    const volume = await volumeWith('before')
    const snapshotId = await taken(volume.id)
    const { id, volumeId } = await t.call(snapshotRestore, { snapshotId, asNew: true, name: 'copy' }, as())
    await cancelRestore(id)
    await t.settle({ forMs: 5_000 })
    expect((await t.call(volumeList, { environmentId: t.environmentId }, as())).items.map((each) => each.id)).not.toContain(volumeId)
    expect(t.runtime.world.volumes.has(volumeName(volumeId))).toBe(false)
  })
})
