import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { databaseAdd } from '../../lib/contract/database'
import { deploymentCreate } from '../../lib/contract/deployment'
import { projectCreate } from '../../lib/contract/project'
import { snapshotCreate, snapshotDelete, snapshotGet, snapshotList, snapshotPlan, snapshotRestore, snapshotSchedule, snapshotUpdate } from '../../lib/contract/snapshot'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { newId } from '../../lib/ids'
import { removeStraySnapshots, planSnapshots } from '../../lib/worker/plan-snapshots'
import { volumeName } from '../../lib/provisioning/runtime/driver'
import { engineForTest, type TestEngine } from '../harness/engine'

let t: TestEngine
let files: string
beforeAll(async () => {
  t = await engineForTest()
  files = t.engine.paths.snapshots
})
afterAll(() => t.close())

/** A volume with one file, of a service that runs unless it is told otherwise. */
async function volumeWith(text: string, { runs = true } = {}) {
  const service = await t.service(`s-${newId('request').slice(-8)}`, { rollout: 'replace' })
  const id = newId('volume')
  await t.database.sql`insert into volumes (id, environment_id, name, service_id, mount_path) values (${id}, ${t.environmentId}, ${id}, ${service.id}, '/data')`
  if (runs) {
    await t.call(deploymentCreate, { serviceId: service.id }, { as: t.as })
    await t.settle({ forMs: 3_000 })
  }
  const content = () => t.runtime.world.volumes.get(volumeName(id))!.files
  if (runs) content().set('text', Buffer.from(text))
  return { id, service, content, text: () => content().get('text')?.toString() }
}

const take = async (volumeId: string) => {
  const { id } = await t.call(snapshotCreate, { environmentId: t.environmentId, volumeId }, { as: t.as })
  await t.settle()
  return id
}
const get = (snapshotId: string) => t.call(snapshotGet, { snapshotId }, { as: t.as })
const plan = (volumeId: string) => t.call(snapshotPlan, { environmentId: t.environmentId, volumeId }, { as: t.as })
const list = async (volumeId: string) => (await t.call(snapshotList, { environmentId: t.environmentId, volumeId }, { as: t.as })).items

describe('a snapshot', () => {
  test('is made by the worker, and says what it is', async () => {
    const volume = await volumeWith('first')
    const id = await take(volume.id)
    expect(await get(id)).toMatchObject({ status: 'done', trigger: 'manual', engine: null, format: 'files', isPinned: false, message: expect.stringContaining('different moments') as string })
    const { sizeBytes, sha256 } = await get(id)
    expect(sizeBytes).toBeGreaterThan(0)
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(readdirSync(files)).toContain(id)
  })

  test('is refused of what has nothing in it yet, and while one is made', async () => {
    const empty = await volumeWith('', { runs: false })
    await expect(t.call(snapshotCreate, { environmentId: t.environmentId, volumeId: empty.id }, { as: t.as })).rejects.toThrow('nothing in')
    const volume = await volumeWith('x')
    await t.call(snapshotCreate, { environmentId: t.environmentId, volumeId: volume.id }, { as: t.as })
    await expect(t.call(snapshotCreate, { environmentId: t.environmentId, volumeId: volume.id }, { as: t.as })).rejects.toThrow('being taken already')
    await t.settle()
  })

  test('that cannot be made says why, and leaves nothing', async () => {
    const volume = await volumeWith('x')
    const { id } = await t.call(snapshotCreate, { environmentId: t.environmentId, volumeId: volume.id }, { as: t.as })
    t.runtime.world.volumes.delete(volumeName(volume.id))
    await t.settle()
    expect(await get(id)).toMatchObject({ status: 'failed', message: expect.stringContaining('There is no volume') as string })
    expect(readdirSync(files).filter((name) => name.startsWith(id))).toEqual([])
  })

  test('is gone when it is deleted, file and all', async () => {
    const volume = await volumeWith('x')
    const id = await take(volume.id)
    await t.call(snapshotDelete, { snapshotId: id }, { as: t.as })
    await expect(get(id)).rejects.toThrow('no such snapshot')
    await t.settle()
    expect(readdirSync(files)).not.toContain(id)
    expect(await list(volume.id)).toEqual([])
  })

  test('of an environment that is gone leaves no file', async () => {
    const volume = await volumeWith('x')
    const id = await take(volume.id)
    await t.database.sql`delete from snapshots where id = ${id}`
    await removeStraySnapshots(t.engine)
    expect(readdirSync(files)).not.toContain(id)
  })
})

describe('a restore', () => {
  test('puts back what was there, keeps what is there, and starts again what it stopped', async () => {
    const volume = await volumeWith('before')
    const id = await take(volume.id)
    volume.content().set('text', Buffer.from('after'))
    volume.content().set('more', Buffer.from('more'))
    await t.call(snapshotRestore, { snapshotId: id }, { as: t.as })
    await t.settle({ forMs: 20_000 })
    const [restore] = (await plan(volume.id)).restores
    expect(restore).toMatchObject({ status: 'done', message: null, isNew: false })
    expect([...volume.content().keys()]).toEqual(['text'])
    expect(volume.text()).toBe('before')
    expect(t.runtime.serving(volume.service.id)).toHaveLength(1)
    const safety = await get(restore!.safetySnapshotId!)
    expect(safety).toMatchObject({ trigger: 'safety', status: 'done', message: null })
    await t.call(snapshotRestore, { snapshotId: safety.id }, { as: t.as })
    await t.settle({ forMs: 20_000 })
    expect(volume.text()).toBe('after')
    expect(volume.content().get('more')?.toString()).toBe('more')
  })

  test('of a file that was cut off touches nothing', async () => {
    const volume = await volumeWith('before')
    const id = await take(volume.id)
    volume.content().set('text', Buffer.from('after'))
    truncateSync(join(files, id), 20)
    await t.call(snapshotRestore, { snapshotId: id }, { as: t.as })
    await t.settle({ forMs: 5_000 })
    expect((await plan(volume.id)).restores[0]).toMatchObject({ status: 'failed', message: expect.stringContaining('cut off') as string, safetySnapshotId: null })
    expect(volume.text()).toBe('after')
    expect(t.runtime.serving(volume.service.id)).toHaveLength(1)
  })

  test('that fails when its service was stopped starts it again', async () => {
    const volume = await volumeWith('before')
    const id = await take(volume.id)
    volume.content().set('text', Buffer.from('after'))
    await t.call(snapshotRestore, { snapshotId: id }, { as: t.as })
    const { keep, ...store } = { keep: t.engine.snapshots, ...t.engine.snapshots }
    t.engine.snapshots = { ...store, write: () => Promise.reject(Object.assign(new Error('Input/output error'), { code: 'EIO' })) }
    await t.settle({ forMs: 600_000 })
    t.engine.snapshots = keep
    expect((await plan(volume.id)).restores[0]).toMatchObject({ status: 'failed', message: expect.stringContaining('nothing was replaced') as string })
    expect(volume.text()).toBe('after')
    expect(t.runtime.serving(volume.service.id)).toHaveLength(1)
  })

  test('keeps what uses the volume from starting in between', async () => {
    const volume = await volumeWith('before')
    const id = await take(volume.id)
    const restoreId = newId('restore')
    await t.database.sql`insert into restores (id, environment_id, snapshot_id, volume_id, is_new, status, step_at) values (${restoreId}, ${t.environmentId}, ${id}, ${volume.id}, false, 'running', now())`
    t.runtime.exit(volume.service.id, 1)
    await t.database.sql`select graphile_worker.add_job('reconcile', json_build_object('environmentId', ${t.environmentId}::text))`
    await t.settle({ forMs: 10_000 })
    expect(t.runtime.serving(volume.service.id)).toEqual([])
    await t.database.sql`update restores set status = 'done' where id = ${restoreId}`
    await t.settle({ forMs: 60_000 })
    expect(t.runtime.serving(volume.service.id)).toHaveLength(1)
  })

  test('as a new volume leaves the one it was made of alone', async () => {
    const volume = await volumeWith('before')
    const id = await take(volume.id)
    volume.content().set('text', Buffer.from('after'))
    const restore = await t.call(snapshotRestore, { snapshotId: id, asNew: true, name: 'copy' }, { as: t.as })
    await t.settle()
    expect((await plan(restore.volumeId)).restores[0]).toMatchObject({ status: 'done', isNew: true, safetySnapshotId: null, target: 'copy' })
    expect(t.runtime.world.volumes.get(volumeName(restore.volumeId))!.files.get('text')!.toString()).toBe('before')
    expect(volume.text()).toBe('after')
  })

  test('of another engine is refused', async () => {
    const volume = await volumeWith('x')
    const id = await take(volume.id)
    await t.database.sql`update snapshots set engine = 'redis', version = '7.0.15', format = 'rdb' where id = ${id}`
    await expect(t.call(snapshotRestore, { snapshotId: id }, { as: t.as })).rejects.toThrow('snapshot of Redis 7.0.15')
  })
})

describe('a plan', () => {
  test('has snapshots taken when they are due, and keeps as many as it says, the pinned ones besides', async () => {
    const volume = await volumeWith('x')
    const manual = await take(volume.id)
    await t.call(snapshotSchedule, { environmentId: t.environmentId, volumeId: volume.id, plan: { schedule: '0 * * * *', timeZone: 'UTC', keepCount: 2, keepDays: null } }, { as: t.as })
    const taken: string[] = []
    for (let hour = 0; hour < 4; hour++) {
      t.clock.now = new Date((await plan(volume.id)).nextAt!)
      await planSnapshots(t.engine)
      await planSnapshots(t.engine)
      await t.settle()
      const [newest] = await list(volume.id)
      taken.push(newest!.id)
      if (hour === 0) await t.call(snapshotUpdate, { snapshotId: newest!.id, isPinned: true }, { as: t.as })
    }
    expect(new Set(taken).size).toBe(4)
    expect((await list(volume.id)).map(({ id }) => id)).toEqual([taken[3], taken[2], taken[0], manual])
    expect(readdirSync(files)).not.toContain(taken[1])
    expect(await get(taken[3]!)).toMatchObject({ trigger: 'schedule', createdBy: null })
  })

  test('that is taken back asks for no more', async () => {
    const volume = await volumeWith('x')
    const named = { environmentId: t.environmentId, volumeId: volume.id }
    await t.call(snapshotSchedule, { ...named, plan: { schedule: '0 * * * *', keepCount: null, keepDays: 3 } }, { as: t.as })
    expect((await t.call(snapshotSchedule, { ...named, plan: null }, { as: t.as })).plan).toBeNull()
    t.clock.now = new Date(t.clock.now.getTime() + 3_600_000)
    await planSnapshots(t.engine)
    expect(await list(volume.id)).toEqual([])
  })
})

test('the newest is tried when that is due', async () => {
  const volume = await volumeWith('x')
  const id = await take(volume.id)
  await t.call(snapshotSchedule, { environmentId: t.environmentId, volumeId: volume.id, plan: { schedule: '@yearly', keepCount: null, keepDays: null, drillSchedule: '@hourly' } }, { as: t.as })
  t.clock.now = new Date(t.clock.now.getTime() + 3_600_000)
  await planSnapshots(t.engine)
  await planSnapshots(t.engine)
  expect(await get(id)).toMatchObject({ isBeingProven: true, proof: null })
  await t.settle()
  // What the fake runtime saves is no archive, and that is told.
  expect(await get(id)).toMatchObject({ isBeingProven: false, proof: { ok: false, message: expect.stringContaining('could not be unpacked') as string } })
  expect((await plan(volume.id)).lastProof).toBeNull()
})

test('what cannot be tried in a container is not planned to be, and says so', async () => {
  await t.database.sql`insert into targets (id, name, kind) values (${BUILT_IN_TARGETS.docker}, 'Docker', 'docker') on conflict do nothing`
  const { environments } = await t.call(projectCreate, { name: 'In containers', targetId: BUILT_IN_TARGETS.docker }, { as: t.as })
  const environmentId = environments[0]!.id
  const planned = async (engine: 'mongodb' | 'mysql') => {
    const { id: serviceId } = await t.call(databaseAdd, { environmentId, engine }, { as: t.as })
    return t.call(snapshotSchedule, { environmentId, serviceId, plan: { schedule: '@daily', keepCount: 7, keepDays: null, drillSchedule: '@weekly' } }, { as: t.as })
  }
  await expect(planned('mongodb')).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('a snapshot of MongoDB cannot be tried') as string })
  expect(await planned('mysql')).toMatchObject({ cannotTry: null, plan: { drillSchedule: '@weekly' } })
})

test('what nobody works on any more ends', async () => {
  const volume = await volumeWith('x')
  const { id } = await t.call(snapshotCreate, { environmentId: t.environmentId, volumeId: volume.id }, { as: t.as })
  await t.database.sql`update graphile_worker._private_jobs set attempts = max_attempts where payload ->> 'snapshotId' = ${id}`
  await planSnapshots(t.engine)
  expect(await get(id)).toMatchObject({ status: 'failed', message: expect.stringContaining('stopped again and again') as string })
})
