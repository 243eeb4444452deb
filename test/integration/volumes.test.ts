import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { changeList } from '../../lib/contract/change'
import { deploymentCreate, deploymentRedeploy, deploymentRollback } from '../../lib/contract/deployment'
import { environmentArrange, environmentCreate, environmentDelete, environmentGraph } from '../../lib/contract/project'
import { serviceDelete, serviceGet, serviceStart, serviceStop, serviceUpdate } from '../../lib/contract/service'
import { TRANSFER_PATH, volumeAttach, volumeCreate, volumeDelete, volumeDetach, volumeFiles, volumeGet, volumeList, volumeMakeFolder, volumeRemoveFile, volumeTransfer, volumeUpdate } from '../../lib/contract/volume'
import { sendOrder, workerDoor } from '../../lib/http/worker-door'
import { log } from '../../lib/log'
import { volumeName } from '../../lib/provisioning/runtime/driver'
import { serveFiles } from '../../lib/worker/serve-files'
import { listenTerminals, type TerminalServer } from '../../lib/worker/terminals/listen'
import { measureVolumes } from '../../lib/worker/volumes'
import { engineForTest, lookNow, type TestEngine } from '../harness/engine'

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

const never = new AbortController().signal
const as = () => ({ as: t.as })
const create = (fields: { name?: string; serviceId?: string; path?: string; limitMib?: number } = {}) => t.call(volumeCreate, { environmentId: t.environmentId, ...fields }, as())
const attach = (volumeId: string, serviceId: string, path = '/data') => t.call(volumeAttach, { volumeId, serviceId, path }, as())
const detach = (volumeId: string) => t.call(volumeDetach, { volumeId }, as())
const get = (volumeId: string) => t.call(volumeGet, { volumeId }, as())
const deploy = async (service: { id: string }) => {
  const id = await t.deploy(service)
  await t.settle({ forMs: 60_000 })
  return id
}
const mountsOf = (deploymentId: string) => t.runtime.applied(deploymentId)?.mounts ?? null
/** Living workloads that may write to a volume. */
const writersOf = (volumeId: string) => [...t.runtime.world.runs.values()].filter(({ workload, seen }) => seen.phase !== 'exited' && workload.mounts.some(({ volume }) => volume === volumeName(volumeId))).map(({ workload }) => workload.serviceId)
const files = () => t.runtime.volumes!.files
const write = (volumeId: string, name: string, text: string) => files().write(volumeName(volumeId), [name], { sizeBytes: Buffer.byteLength(text), content: Readable.from([Buffer.from(text)]) }, never)
const read = async (volumeId: string, name: string) => Buffer.concat((await (await files().read(volumeName(volumeId), [name], never)).content.toArray()) as Buffer[]).toString()

describe('a volume', () => {
  it('is attached with the next deployment of its service, at its path and in its variables', async () => {
    const api = await t.service('api')
    const first = await deploy(api)
    const volume = await create({ serviceId: api.id, path: '/data' })
    expect(volume).toMatchObject({ name: 'api-data', serviceId: api.id, mountPath: '/data', variable: 'EASEL_VOLUME_API_DATA', writers: [], sizeBytes: null })
    expect(await t.call(serviceGet, { serviceId: api.id }, as())).toMatchObject({ changed: true })
    const { changes } = await t.call(changeList, { environmentId: t.environmentId }, as())
    expect(changes).toMatchObject([{ name: 'api', effect: 'restart', pauses: true, differences: [{ field: `mounts.${volume.id}`, label: 'Volume api-data', before: null, after: '/data' }] }])
    // Attached and detached again is no change.
    await detach(volume.id)
    expect(await t.call(serviceGet, { serviceId: api.id }, as())).toMatchObject({ changed: false })
    await attach(volume.id, api.id)
    expect(mountsOf(first)).toEqual([])
    const second = await deploy(api)
    expect(mountsOf(second)).toEqual([{ volume: volumeName(volume.id), path: '/data', readOnly: false, place: null }])
    expect(t.runtime.applied(second)?.env).toMatchObject({ EASEL_VOLUME_PATH: '/data', EASEL_VOLUME_API_DATA: '/data' })
    expect(await get(volume.id)).toMatchObject({ writers: [{ serviceId: api.id, name: 'api' }] })
    expect(await t.call(serviceGet, { serviceId: api.id }, as())).toMatchObject({ changed: false, state: 'running' })
  })

  it('keeps what was written over a redeploy, a rollback, a crash, and a detach and attach', async () => {
    const api = await t.service('api')
    const bare = await deploy(api)
    const { id } = await create({ serviceId: api.id, path: '/data' })
    const first = await deploy(api)
    await write(id, 'file', 'kept')
    await t.call(deploymentRedeploy, { deploymentId: first }, as())
    await t.settle({ forMs: 60_000 })
    expect(await read(id, 'file')).toBe('kept')
    // Of a version from before the volume was there: it has what is attached now.
    const back = (await t.call(deploymentRollback, { deploymentId: bare }, as())).id
    await t.settle({ forMs: 60_000 })
    expect(mountsOf(back)).toMatchObject([{ volume: volumeName(id) }])
    t.runtime.exit(api.id, null, 'SIGKILL')
    await lookNow(t)
    await t.settle({ forMs: 60_000 })
    expect(writersOf(id)).toEqual([api.id])
    await detach(id)
    const without = await deploy(api)
    expect(mountsOf(without)).toEqual([])
    expect(await get(id)).toMatchObject({ serviceId: null, mountPath: null, writers: [] })
    const other = await t.service('worker')
    await attach(id, other.id, '/store')
    expect(mountsOf(await deploy(other))).toMatchObject([{ volume: volumeName(id), path: '/store' }])
    expect(await read(id, 'file')).toBe('kept')
    // A former version of the service that had it never has it again.
    const former = (await t.call(deploymentRollback, { deploymentId: first }, as())).id
    await t.settle({ forMs: 60_000 })
    expect(mountsOf(former)).toEqual([])
  })

  it('has one writer: versions replace each other, and what once had it does not start beside who has it now', async () => {
    const api = await t.service('api')
    const { id } = await create({ serviceId: api.id, path: '/data' })
    await deploy(api)
    const second = await t.deploy(api)
    for (let step = 0; step < 8; step++) {
      await t.settle({ forMs: 1_000 })
      expect(writersOf(id).length).toBeLessThanOrEqual(1)
    }
    await t.settle({ forMs: 60_000 })
    expect(await t.outcome(second)).toMatchObject({ status: 'active' })
    const worker = await t.service('worker')
    await expect(attach(id, worker.id)).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('attached to another service') })
    await detach(id)
    await expect(attach(id, worker.id)).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('still written to by api') })
    await t.call(serviceStop, { serviceId: api.id }, as())
    await t.settle({ forMs: 60_000 })
    await attach(id, worker.id)
    await deploy(worker)
    expect(writersOf(id)).toEqual([worker.id])
    await t.call(serviceStart, { serviceId: api.id }, as())
    await t.settle({ forMs: 10_000 })
    expect(writersOf(id)).toEqual([worker.id])
    const [row] = await t.database.sql<{ trouble: { message: string } }[]>`select trouble from environments where id = ${t.environmentId}`
    expect(row!.trouble.message).toContain('one writer at a time')
    await deploy(api)
    expect(await t.call(serviceGet, { serviceId: api.id }, as())).toMatchObject({ state: 'running' })
    expect(writersOf(id)).toEqual([worker.id])
  })

  it('is refused where more than one would write, at a path that hides something, and where another one is', async () => {
    const many = await t.service('many', { replicas: 2 })
    const { id } = await create({ name: 'data' })
    await expect(attach(id, many.id)).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('2 replicas') })
    const api = await t.service('api')
    await attach(id, api.id)
    const { settings } = await t.call(serviceGet, { serviceId: api.id }, as())
    await expect(t.call(serviceUpdate, { serviceId: api.id, settings: { ...settings, replicas: 3 } }, as())).rejects.toMatchObject({ code: 'invalid_input', fields: { 'settings.replicas': expect.stringContaining('data') } })
    for (const path of ['data', '/', '/app', '/proc/1', '/data/../etc', '/data/', '//data', '/a\nb']) await expect(attach(id, api.id, path)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(create({ serviceId: api.id, path: '/data/in' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('not inside of that or around it') })
    await expect(create({ name: 'Data' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(create({ name: 'da ta', serviceId: api.id, path: '/x' })).resolves.toMatchObject({ variable: 'EASEL_VOLUME_DA_TA' })
    await expect(create({ name: 'da-ta', serviceId: api.id, path: '/y' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('EASEL_VOLUME_DA_TA') })
  })

  it('goes with its content when nothing has it and its name was given, and with its environment', async () => {
    const api = await t.service('api')
    const { id } = await create({ name: 'data', serviceId: api.id, path: '/data' })
    await deploy(api)
    const remove = (confirm = 'data') => t.call(volumeDelete, { volumeId: id, confirm }, as())
    await expect(remove()).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('Detach it first') })
    await detach(id)
    await expect(remove()).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('still written to by api') })
    await deploy(api)
    await expect(remove('other')).rejects.toMatchObject({ code: 'invalid_input' })
    await remove()
    expect((await t.call(environmentGraph, { environmentId: t.environmentId }, as())).volumes).toMatchObject([{ id, isDeleting: true }])
    await t.settle()
    expect(await t.runtime.volumes!.list(null, never)).toEqual([])
    expect(await t.call(volumeList, { environmentId: t.environmentId }, as())).toEqual({ items: [] })
    await expect(get(id)).rejects.toMatchObject({ code: 'not_found' })

    const { id: left } = await create({ serviceId: api.id, path: '/data' })
    await deploy(api)
    expect(await t.runtime.volumes!.list(null, never)).toMatchObject([{ name: volumeName(left) }])
    const [project] = await t.database.sql<{ id: string }[]>`select project_id as id from environments where id = ${t.environmentId}`
    await t.call(environmentCreate, { projectId: project!.id, name: 'Other' }, as())
    await t.call(environmentDelete, { environmentId: t.environmentId }, as())
    await t.settle({ forMs: 60_000 })
    expect(await t.runtime.volumes!.list(null, never)).toEqual([])
    expect(await t.database.sql`select id from environments where id = ${t.environmentId}`).toEqual([])
  })

  it('is removed also when the target fails while it is, and stays when its service is deleted', async () => {
    const api = await t.service('api')
    const { id } = await create({ name: 'data', serviceId: api.id, path: '/data' })
    await deploy(api)
    await write(id, 'file', 'kept')
    await t.call(serviceDelete, { serviceId: api.id }, as())
    await t.settle({ forMs: 60_000 })
    expect(await get(id)).toMatchObject({ serviceId: null, mountPath: null, cannotDelete: null })
    expect(await read(id, 'file')).toBe('kept')
    await t.call(volumeDelete, { volumeId: id, confirm: 'data' }, as())
    t.runtime.failNext('volumes', 'after')
    await t.settle({ forMs: 10_000 })
    expect(await t.database.sql`select id from volumes`).toEqual([])
    expect(await t.runtime.volumes!.list(null, never)).toEqual([])
  })

  it('is shown on the canvas where it was put, renamed, limited and measured', async () => {
    const api = await t.service('api')
    const { id } = await create({ name: 'data', serviceId: api.id, path: '/data', limitMib: 1 })
    await t.call(environmentArrange, { environmentId: t.environmentId, positions: [{ volumeId: id, x: 12, y: 24 }, { serviceId: api.id, x: 1, y: 2 }] }, as())
    await deploy(api)
    expect(await t.call(volumeUpdate, { volumeId: id, name: 'store' }, as())).toMatchObject({ name: 'store', variable: 'EASEL_VOLUME_STORE', use: 'fine' })
    expect(await t.call(serviceGet, { serviceId: api.id }, as())).toMatchObject({ changed: true })
    for (const [share, use] of [[0.5, 'fine'], [0.9, 'near'], [1, 'over']] as const) {
      await write(id, 'file', 'x'.repeat(share * 1_048_576))
      t.clock.now = new Date(t.clock.now.getTime() + 61_000)
      await measureVolumes(t.engine, never)
      expect((await t.call(environmentGraph, { environmentId: t.environmentId }, as())).volumes).toMatchObject([{ x: 12, y: 24, sizeBytes: Math.floor(share * 1_048_576), use }])
    }
    expect(await t.call(volumeUpdate, { volumeId: id, limitMib: null }, as())).toMatchObject({ use: 'unlimited' })
  })

  it('that is gone fails a deployment that was queued with it', async () => {
    const api = await t.service('api')
    const { id } = await create({ name: 'data', serviceId: api.id, path: '/data' })
    const queued = (await t.call(deploymentCreate, { serviceId: api.id }, as())).id
    await t.database.sql`update volumes set service_id = null, mount_path = null, deleted_at = now() where id = ${id}`
    await t.settle({ forMs: 60_000 })
    expect(await t.outcome(queued)).toMatchObject({ status: 'failed', reason: 'volume_missing' })
  })
})

describe('the files of a volume', () => {
  let directory: string
  let worker: TerminalServer
  let volumeId: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'easel-files-'))
    const { db, seal, targets, now } = t.engine
    worker = await listenTerminals({ directory, db, now, driverOf: async () => t.engine.driver, log, onRequest: serveFiles({ db, seal, targets, now, log }) })
    t.platform.worker = workerDoor(directory)
    volumeId = (await create({ name: 'data' })).id
  })
  afterEach(async () => {
    await worker.close()
    await rm(directory, { recursive: true, force: true })
  })
  const list = (path = '') => t.call(volumeFiles, { volumeId, path }, as())
  const address = async (action: 'read' | 'write', path: string) => (await t.call(volumeTransfer, { volumeId, action, path }, as())).path.slice(TRANSFER_PATH.length + 1)
  const send = async (path: string, text: string, length = String(text.length)) => sendOrder(directory, { ticket: await address('write', path), signal: never, content: { body: Readable.from([Buffer.from(text)]), length } })
  const fetchText = async (ticket: string) => Buffer.concat((await (await sendOrder(directory, { ticket, signal: never })).toArray()) as Buffer[]).toString()

  it('are made with the first of them, listed, fetched and deleted, each by an address of use once', async () => {
    expect(await list()).toEqual({ items: [], more: 0, isMade: false })
    await t.call(volumeMakeFolder, { volumeId, path: 'in' }, as())
    await send('in/a.txt', 'hello')
    expect(await list()).toMatchObject({ items: [{ name: 'in', kind: 'folder', sizeBytes: null }], isMade: true })
    expect(await list('in')).toMatchObject({ items: [{ name: 'a.txt', kind: 'file', sizeBytes: 5 }] })
    const ticket = await address('read', 'in/a.txt')
    expect(await fetchText(ticket)).toBe('hello')
    await expect(fetchText(ticket)).rejects.toMatchObject({ code: 'forbidden' })
    await t.call(volumeRemoveFile, { volumeId, path: 'in' }, as())
    expect(await list()).toMatchObject({ items: [] })
    const told = await t.database.sql<{ type: string }[]>`select type from events where type like 'volume.f%' order by id`
    expect(told.map(({ type }) => type)).toEqual(['volume.folder_made', 'volume.file_written', 'volume.file_read', 'volume.file_removed'])
  })

  it('are refused without an order, with an old one, out of the volume, and when they do not arrive whole', async () => {
    await expect(fetchText('v1.k1.a.b')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(list('../etc')).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(t.call(volumeTransfer, { volumeId, action: 'read', path: 'a/../../b' }, as())).rejects.toMatchObject({ code: 'invalid_input' })
    await send('a.txt', 'kept')
    await expect(t.call(volumeMakeFolder, { volumeId, path: 'a.txt' }, as())).rejects.toMatchObject({ code: 'conflict' })
    const cut = sendOrder(directory, { ticket: await address('write', 'a.txt'), signal: AbortSignal.timeout(2_000), content: { body: Readable.from([Buffer.from('cut')]), length: null } })
    await expect(cut).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await fetchText(await address('read', 'a.txt'))).toBe('kept')
    const old = await address('read', 'a.txt')
    t.clock.now = new Date(t.clock.now.getTime() + 61_000)
    await expect(fetchText(old)).rejects.toMatchObject({ code: 'forbidden' })
    await worker.close()
    await expect(list()).rejects.toMatchObject({ code: 'unavailable' })
  })
})
