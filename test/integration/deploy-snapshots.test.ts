import { existsSync, readdirSync } from 'node:fs'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { deploymentCancel, deploymentGet, deploymentRollback } from '../../lib/contract/deployment'
import { changeList } from '../../lib/contract/change'
import { serviceGet, serviceUpdate } from '../../lib/contract/service'
import type { DeploySnapshotSettings } from '../../lib/contract/service-settings'
import { snapshotCancel, snapshotCreate, snapshotDelete, snapshotGet, snapshotList, snapshotSchedule } from '../../lib/contract/snapshot'
import { volumeUpdate } from '../../lib/contract/volume'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { volumeName } from '../../lib/provisioning/runtime/driver'
import type { SnapshotStore } from '../../lib/provisioning/snapshot/store'
import { planSnapshots } from '../../lib/worker/plan-snapshots'
import { engineForTest, type TestEngine } from '../harness/engine'
import { until } from '../harness/until'

let t: TestEngine
let store: SnapshotStore
beforeAll(async () => {
  t = await engineForTest()
  store = t.engine.snapshots
})
afterEach(() => {
  t.engine.snapshots = store
  delete t.engine.at
})
afterAll(() => t.close())

const as = () => ({ as: t.as })

/** A service that runs, with a volume of its own that is copied before each of its deployments. */
async function guarded(over: Partial<DeploySnapshotSettings> = {}) {
  const service = await t.service(`s-${newId('request').slice(-8)}`, { rollout: 'replace' })
  const volumeId = newId('volume')
  await t.database.sql`insert into volumes (id, environment_id, name, service_id, mount_path) values (${volumeId}, ${t.environmentId}, ${volumeId}, ${service.id}, '/data')`
  await choose(service.id, { of: [volumeId], keep: 3, timeoutS: 60, onFailure: 'stop', ...over })
  const first = await t.deploy(service)
  await t.settle({ forMs: 10_000 })
  const content = () => t.runtime.world.volumes.get(volumeName(volumeId))!.files
  content().set('text', Buffer.from('x'))
  return { service, volumeId, first, content }
}

async function choose(serviceId: string, snapshots: DeploySnapshotSettings | null) {
  const { settings } = await t.call(serviceGet, { serviceId }, as())
  await t.call(serviceUpdate, { serviceId, settings: { ...settings, snapshots } }, as())
}

const deployed = async (service: { id: string }) => {
  const id = await t.deploy(service)
  await t.settle({ forMs: 10_000 })
  return view(id)
}
const view = (deploymentId: string) => t.call(deploymentGet, { deploymentId }, as())
const list = async (volumeId: string) => (await t.call(snapshotList, { environmentId: t.environmentId, volumeId }, as())).items
const filesOf = (id: string) => (existsSync(t.engine.paths.snapshots) ? readdirSync(t.engine.paths.snapshots).filter((name) => name.startsWith(id)) : [])
const stageOf = ({ stages }: { stages: readonly { name: string; status: string; error: string | null }[] }) => stages.find(({ name }) => name === 'snapshot')
const fails = () => {
  t.engine.snapshots = { ...store, write: () => Promise.reject(new AppError('unavailable', 'There is no space left.')) }
}
const waitingJobs = async (deploymentId: string) => (await t.database.sql`select 1 from graphile_worker.jobs where key = ${`deployment:${deploymentId}`}`).length

describe('a deployment of a service that guards data', () => {
  test('takes none while there is nothing, then one before each deployment, as a stage with its snapshot', async () => {
    const { service, volumeId, first } = await guarded()
    expect(await view(first)).toMatchObject({ status: 'active', snapshots: [] })
    expect(stageOf(await view(first))).toMatchObject({ status: 'skipped' })
    const second = await deployed(service)
    expect(second).toMatchObject({ status: 'active', snapshots: [{ volumeId, serviceId: null, status: 'done' }] })
    expect(stageOf(second)).toMatchObject({ status: 'done', error: null })
    expect(second.snapshots[0]!.sizeBytes).toBeGreaterThan(0)
    expect(await t.call(snapshotGet, { snapshotId: second.snapshots[0]!.id }, as())).toMatchObject({ trigger: 'deploy', deploymentId: second.id })
    // Nothing is left to look again at a deployment that is over.
    expect(await waitingJobs(second.id)).toBe(0)
    const names = second.stages.map(({ name }) => name)
    expect(names.indexOf('snapshot')).toBe(names.indexOf('release') - 1)
  })

  test('says nothing of snapshots when none are chosen, nor when it goes back', async () => {
    const { service, volumeId, first } = await guarded()
    await deployed(service)
    const { id } = await t.call(deploymentRollback, { deploymentId: first }, as())
    await t.settle({ forMs: 10_000 })
    expect(await view(id)).toMatchObject({ status: 'active', snapshots: [] })
    expect(stageOf(await view(id))).toBeUndefined()
    await choose(service.id, null)
    expect(stageOf(await deployed(service))).toBeUndefined()
    expect(await list(volumeId)).toHaveLength(1)
  })

  test('keeps its last ones, whatever the plan keeps, and the plan its own', async () => {
    const { service, volumeId } = await guarded({ keep: 1 })
    const named = { environmentId: t.environmentId, volumeId }
    const manual = (await t.call(snapshotCreate, named, as())).id
    await t.settle()
    await t.call(snapshotSchedule, { ...named, plan: { schedule: '0 * * * *', keepCount: 1, keepDays: null } }, as())
    t.clock.now = new Date(t.clock.now.getTime() + 3_600_000)
    await planSnapshots(t.engine)
    await t.settle()
    for (let i = 0; i < 2; i++) await deployed(service)
    expect((await list(volumeId)).map(({ trigger }) => trigger)).toEqual(['deploy', 'schedule', 'manual'])
    t.clock.now = new Date(t.clock.now.getTime() + 3_600_000)
    await planSnapshots(t.engine)
    await t.settle()
    const kept = await list(volumeId)
    expect(kept.map(({ trigger }) => trigger)).toEqual(['schedule', 'deploy', 'manual'])
    expect(kept.at(-1)!.id).toBe(manual)
  })

  test('stops with a sentence when none can be taken, and what runs goes on', async () => {
    const { service } = await guarded()
    fails()
    const failed = await deployed(service)
    expect(failed).toMatchObject({ status: 'failed', failure: { reason: 'snapshot_failed', message: expect.stringContaining('no space left') as string } })
    expect(stageOf(failed)).toMatchObject({ status: 'failed', error: expect.stringContaining('no space left') as string })
    expect(failed.stages.map(({ name }) => name)).not.toContain('release')
    expect(t.runtime.serving(service.id)).toHaveLength(1)
  })

  test('goes on without one by choice', async () => {
    const { service } = await guarded({ onFailure: 'go_on' })
    fails()
    const second = await deployed(service)
    expect(second).toMatchObject({ status: 'active', snapshots: [{ status: 'failed' }] })
    expect(stageOf(second)).toMatchObject({ status: 'failed' })
  })

  test('stops when its time is up, and nothing is left of what was made', async () => {
    const { service } = await guarded({ timeoutS: 20 })
    const id = await t.deploy(service)
    let cut: string | null = null
    t.engine.snapshots = {
      ...store,
      async write(snapshotId, content, signal) {
        cut = snapshotId
        // Nobody waits for it: the deployment is looked at when its time has come, by another runner.
        t.clock.now = new Date(t.clock.now.getTime() + 30_000)
        await t.database.sql`update graphile_worker._private_jobs set run_at = now() where key = ${`deployment:${id}`}`
        await t.settle()
        await until('the work to be ended', async () => signal.aborted)
        return store.write(snapshotId, content, signal)
      },
    }
    await t.settle({ forMs: 5_000 })
    expect(await view(id)).toMatchObject({ status: 'failed', failure: { reason: 'snapshot_failed', message: expect.stringContaining('took longer than 20 seconds') as string }, snapshots: [{ status: 'failed' }] })
    expect(filesOf(cut!)).toEqual([])
  })

  test('that is cancelled has its snapshot cancelled', async () => {
    const { service } = await guarded()
    const id = await t.deploy(service)
    t.engine.snapshots = {
      ...store,
      async write(snapshotId, content, signal) {
        await expect(t.call(snapshotDelete, { snapshotId }, as())).rejects.toThrow('Cancel it')
        await t.call(deploymentCancel, { deploymentId: id }, as())
        await until('the work to be ended', async () => signal.aborted)
        return store.write(snapshotId, content, signal)
      },
    }
    await t.settle({ forMs: 5_000 })
    const cancelled = await view(id)
    expect(cancelled).toMatchObject({ status: 'cancelled', snapshots: [{ status: 'cancelled' }] })
    expect(stageOf(cancelled)).toMatchObject({ status: 'cancelled' })
    expect(filesOf(cancelled.snapshots[0]!.id)).toEqual([])
    t.engine.snapshots = store
    expect(await deployed(service)).toMatchObject({ status: 'active', snapshots: [{ status: 'done' }] })
  })

  test('stops when somebody cancels its snapshot', async () => {
    const { service } = await guarded()
    const id = await t.deploy(service)
    t.engine.at = async (point) => {
      if (point !== 'snapshot:kept') return undefined
      const [row] = await t.database.sql<{ id: string }[]>`select id from snapshots where deployment_id = ${id}`
      await t.call(snapshotCancel, { snapshotId: row!.id }, as())
      return undefined
    }
    await t.settle({ forMs: 5_000 })
    expect(await view(id)).toMatchObject({ status: 'failed', failure: { reason: 'snapshot_failed', message: expect.stringContaining('was cancelled') as string } })
  })

  test('that is worked on again after a worker died takes none twice', async () => {
    const { service, volumeId } = await guarded()
    const id = await t.deploy(service)
    let deaths = 0
    t.engine.at = async (point) => {
      if (point === 'stage:snapshot:after') return deaths++ < 2 ? 'again' : undefined
      if (point === 'snapshot:kept' && deaths++ < 4) throw new Error('The worker is killed.')
      return undefined
    }
    await t.settle({ forMs: 200_000 })
    expect(await view(id)).toMatchObject({ status: 'active', snapshots: [{ status: 'done' }] })
    expect(await list(volumeId)).toHaveLength(1)
    const lines = await t.database.sql<{ text: string }[]>`select text from log_lines where deployment_id = ${id}`
    expect(lines.filter(({ text }) => text.includes('interrupted'))).toEqual([])
  })

  test('whose data is gone stops and says where to choose again', async () => {
    const { service, volumeId } = await guarded()
    const other = newId('volume')
    await t.database.sql`insert into volumes (id, environment_id, name) values (${other}, ${t.environmentId}, ${other})`
    await choose(service.id, { of: [volumeId, other], keep: 3, timeoutS: 60, onFailure: 'stop' })
    await t.database.sql`delete from volumes where id = ${other}`
    expect(await deployed(service)).toMatchObject({ status: 'failed', failure: { reason: 'snapshot_failed', message: expect.stringContaining('is gone') as string } })
  })
})

test('only databases and volumes of its environment can be chosen, and the choice is a change like others', async () => {
  const { service, volumeId } = await guarded()
  await expect(choose(service.id, { of: [newId('volume')], keep: 3, timeoutS: 60, onFailure: 'stop' })).rejects.toThrow('no database or volume of this environment')
  await expect(choose(service.id, { of: [service.id], keep: 3, timeoutS: 60, onFailure: 'stop' })).rejects.toThrow('no database or volume of this environment')
  await choose(service.id, null)
  await t.call(volumeUpdate, { volumeId, name: 'uploads' }, as())
  expect((await differencesOf(service.id)).find(({ field }) => field === 'settings.snapshots.of')).toMatchObject({ before: 'uploads', after: null })
  await choose(service.id, { of: [volumeId], keep: 5, timeoutS: 60, onFailure: 'stop' })
  expect(await differencesOf(service.id)).toMatchObject([{ field: 'settings.snapshots.keep', before: '3', after: '5' }])
})

async function differencesOf(serviceId: string) {
  const { changes } = await t.call(changeList, { environmentId: t.environmentId }, as())
  return changes.find((each) => each.serviceId === serviceId)!.differences.filter(({ field }) => field.startsWith('settings.'))
}
