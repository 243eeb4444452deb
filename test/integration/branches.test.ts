import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { branchCancel, branchGet, branchOptions, branchRetry, environmentBranch, type BranchData } from '../../lib/contract/branch'
import { dashboardGet, dashboardSave } from '../../lib/contract/dashboard'
import { databaseAdd, databaseExpose } from '../../lib/contract/database'
import { deploymentCreate } from '../../lib/contract/deployment'
import { authRegister } from '../../lib/contract/auth'
import { invitationCreate } from '../../lib/contract/organization'
import { environmentCreate, environmentDelete, environmentGraph, projectCreate } from '../../lib/contract/project'
import { serviceCreate, serviceDelete, serviceList, variableList, variableReplace, variableReveal } from '../../lib/contract/service'
import { snapshotCreate, snapshotDelete, snapshotList } from '../../lib/contract/snapshot'
import { sharedVariableReplace, sharedVariableReveal } from '../../lib/contract/variable'
import { volumeAttach, volumeCreate } from '../../lib/contract/volume'
import { PERMISSIONS, ROLES, roleHolds, TOKEN_SCOPES } from '../../lib/domain/permission'
import type { ServiceSettings } from '../../lib/contract/service-settings'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { planSnapshots } from '../../lib/worker/plan-snapshots'
import { volumeName } from '../../lib/provisioning/runtime/driver'
import { engineForTest, type TestEngine } from '../harness/engine'

let t: TestEngine
let folder: string
/** What is branched: of a project of its own in each test. */
let source: { environmentId: string; projectId: string }
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'easel-branches-'))
  writeFileSync(join(folder, 'index.html'), '<h1>Here</h1>')
  t = await engineForTest()
  const seen = JSON.stringify({ ok: true, message: 'It is usable.', engineVersion: null, databases: { postgres: { version: '18.4', missing: null } }, at: new Date().toISOString() })
  await t.database.sql`update targets set seen = ${seen}::text::jsonb where id = ${BUILT_IN_TARGETS.process}`
})
beforeEach(async () => {
  const { id: projectId, environments } = await t.call(projectCreate, { name: 'Shop' }, { as: t.as })
  source = { projectId, environmentId: environments[0]!.id }
})
afterAll(async () => {
  await t.close()
  rmSync(folder, { recursive: true })
})

const branch = (name: string, data: BranchData[] = []) => t.call(environmentBranch, { environmentId: source.environmentId, name, data }, { as: t.as })
const draw = (name: string, settings: Partial<ServiceSettings> = {}) => t.call(serviceCreate, { environmentId: source.environmentId, name, source: { type: 'local', path: folder }, settings: settings as ServiceSettings }, { as: t.as })
const countEnvironments = async () => (await t.database.sql`select count(*)::int as n from environments where project_id = ${source.projectId}`)[0]!.n as number
const show = async (environmentId: string) => (await t.call(branchGet, { environmentId }, { as: t.as })).branch!
const graph = (environmentId: string) => t.call(environmentGraph, { environmentId }, { as: t.as })
const reveal = async (serviceId: string, key: string) => (await t.call(variableReveal, { serviceId, key }, { as: t.as })).value
const content = (volumeId: string) => t.runtime.world.volumes.get(volumeName(volumeId))?.files
const events = async (environmentId: string) => (await t.database.sql`select type from events where environment_id = ${environmentId} and (type like 'branch.%' or type = 'environment.branched') order by id`).map(({ type }) => type as string)

/** A service that runs with a volume in which there is one file. */
async function withFile(text: string, name = 'files') {
  const service = await draw(`${name}-writer`, { rollout: 'replace' })
  const volume = await t.call(volumeCreate, { environmentId: source.environmentId, name, x: 10, y: 20 }, { as: t.as })
  await t.call(volumeAttach, { volumeId: volume.id, serviceId: service.id, path: '/data' }, { as: t.as })
  await t.call(deploymentCreate, { serviceId: service.id }, { as: t.as })
  await t.settle({ forMs: 3_000 })
  content(volume.id)!.set('text', Buffer.from(text))
  return { service, volume }
}

describe('a drawing', () => {
  test('is drawn again: services, variables, links, volumes and their places, with other passwords and nobody let in', async () => {
    const api = await draw('api', { replicas: 2 })
    const database = await t.call(databaseAdd, { environmentId: source.environmentId, engine: 'postgres', name: 'db', x: 300, y: 40 }, { as: t.as })
    await t.call(databaseExpose, { serviceId: database.id, allow: ['0.0.0.0/0'] }, { as: t.as })
    await t.call(sharedVariableReplace, { environmentId: source.environmentId, variables: { TOKEN: { value: 'a shared secret', secret: true }, MADE: { value: '${{secret(16)}}', secret: false } } }, { as: t.as })
    await t.call(variableReplace, { serviceId: api.id, variables: { URL: { value: '${{db.DATABASE_URL}}', secret: false }, TOKEN: { value: '${{shared.TOKEN}}', secret: true }, OWN: { value: 'line one\nline two', secret: true, scope: 'run' } } }, { as: t.as })
    const made = await branch('staging')
    expect(made).toMatchObject({ status: 'done', source: { id: source.environmentId, name: 'production' }, copies: [], createdBy: { name: expect.any(String) as string } })
    const [before, after] = [await graph(source.environmentId), await graph(made.environmentId)]
    const plain = (view: typeof before) => view.nodes.map(({ name, x, y }) => ({ name, x, y }))
    expect(plain(after)).toEqual(plain(before))
    expect(after.volumes.map(({ name, x, y }) => ({ name, x, y }))).toEqual(before.volumes.map(({ name, x, y }) => ({ name, x, y })))
    const names = (view: typeof before) => view.links.map(({ from, to, kind }) => [kind, ...[from, to].map((id) => view.nodes.find((node) => node.id === id)?.name)])
    expect(names(after)).toEqual(names(before))
    expect(names(after).length).toBeGreaterThan(0)
    const services = (await t.call(serviceList, { environmentId: made.environmentId }, { as: t.as })).items
    const [ownApi, ownDb] = ['api', 'db'].map((name) => services.find((service) => service.name === name)!)
    expect(ownApi).toMatchObject({ settings: { replicas: 2 } })
    expect(await t.database.sql`select 1 from deployments where service_id = ${ownApi!.id}`).toHaveLength(0)
    expect(ownApi!.url).not.toBe(api.url)
    expect((await t.call(variableList, { serviceId: ownApi!.id }, { as: t.as })).variables).toEqual((await t.call(variableList, { serviceId: api.id }, { as: t.as })).variables)
    expect(await reveal(ownApi!.id, 'OWN')).toBe('line one\nline two')
    expect((await t.call(sharedVariableReveal, { environmentId: made.environmentId, key: 'TOKEN' }, { as: t.as })).value).toBe('a shared secret')
    expect((await t.call(sharedVariableReveal, { environmentId: made.environmentId, key: 'MADE' }, { as: t.as })).value).toBe((await t.call(sharedVariableReveal, { environmentId: source.environmentId, key: 'MADE' }, { as: t.as })).value)
    const passwords = [await reveal(database.id, 'POSTGRES_PASSWORD'), await reveal(ownDb!.id, 'POSTGRES_PASSWORD')]
    expect(passwords[1]).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(passwords[1]).not.toBe(passwords[0])
    expect((await t.database.sql`select exposure from services where id = ${ownDb!.id}`)[0]!.exposure).toBeNull()
    const world = await reveal(ownDb!.id, 'DATABASE_URL')
    expect(world).toContain('${{db.POSTGRES_PASSWORD}}')
    expect(await events(made.environmentId)).toEqual(['environment.branched'])
  })

  test('copies before a deploy what was drawn there, not what it was drawn after', async () => {
    const volume = await t.call(volumeCreate, { environmentId: source.environmentId, name: 'files', x: 10, y: 20 }, { as: t.as })
    await draw('api', { snapshots: { of: [volume.id], keep: 2, timeoutS: 60, onFailure: 'stop' } })
    const { environmentId } = await branch('try')
    const { volumes } = await graph(environmentId)
    const [{ settings }] = await t.database.sql<[{ settings: ServiceSettings }]>`select settings from services where environment_id = ${environmentId}`
    expect(settings.snapshots).toEqual({ of: [volumes[0]!.id], keep: 2, timeoutS: 60, onFailure: 'stop' })
    expect(volumes[0]!.id).not.toBe(volume.id)
  })

  test('shows on its dashboard what was drawn here, and keeps the default one where nobody has chosen another', async () => {
    const [api, gone] = [await draw('api'), await draw('gone')]
    const widget = (id: string, more: object) => ({ id, chart: 'cpu' as const, title: null, serviceId: null, x: 0, y: 0, width: 6, height: 3, ...more })
    const before = await branch('first')
    expect((await t.call(dashboardGet, { environmentId: before.environmentId }, { as: t.as })).version).toBe(0)
    const widgets = [widget('all', {}), widget('own', { x: 6, chart: 'own_level', metric: 'depth', title: 'Queue', serviceId: api.id }), widget('of-gone', { y: 3, serviceId: gone.id })]
    await t.call(dashboardSave, { environmentId: source.environmentId, widgets, ifVersion: 0 }, { as: t.as })
    await t.call(serviceDelete, { serviceId: gone.id }, { as: t.as })
    await t.settle()
    const { environmentId } = await branch('second')
    const own = (await graph(environmentId)).nodes.find(({ name }) => name === 'api')!
    const shown = await t.call(dashboardGet, { environmentId }, { as: t.as })
    expect([shown.version, shown.widgets]).toEqual([1, [widgets[0], { ...widgets[1], serviceId: own.id }]])
    expect(own.id).not.toBe(api.id)
    expect((await t.call(dashboardGet, { environmentId: source.environmentId }, { as: t.as })).widgets[1]!.serviceId).toBe(api.id)
  })

  test('runs only when it is deployed, and goes without touching what it was drawn after', async () => {
    const { volume } = await withFile('kept')
    const made = await branch('try', [{ volumeId: volume.id, from: 'now' }])
    await t.settle({ forMs: 30_000 })
    expect(await show(made.environmentId)).toMatchObject({ status: 'done' })
    expect([...t.runtime.world.runs.values()].filter((run) => run.seen.environmentId === made.environmentId)).toEqual([])
    const own = (await graph(made.environmentId)).volumes[0]!
    await t.call(environmentDelete, { environmentId: made.environmentId }, { as: t.as })
    await t.settle({ forMs: 60_000 })
    expect(content(own.id)).toBeUndefined()
    expect((await t.database.sql`select 1 from environments where id = ${made.environmentId}`).length).toBe(0)
    expect(content(volume.id)!.get('text')!.toString()).toBe('kept')
  })

  test('of a name that is taken is refused, and nothing is left of it', async () => {
    await draw('api')
    await expect(branch('production')).rejects.toMatchObject({ code: 'conflict' })
    expect(await countEnvironments()).toBe(1)
  })

  test('is for those who may read all that is in it', async () => {
    for (const role of ROLES) for (const scope of [null, ...TOKEN_SCOPES]) if (roleHolds(role, 'project.write', scope)) for (const needed of ['variable.reveal', 'data.read', 'volume.files'] as const) expect(PERMISSIONS.includes(needed) && roleHolds(role, needed, scope)).toBe(true)
    const { token } = await t.call(invitationCreate, { organizationId: t.organizationId, email: 'viewer@example.com', role: 'viewer' }, { as: t.as })
    const viewer = await t.call(authRegister, { email: 'viewer@example.com', password: 'correct horse', name: 'Vic Viewer', invitation: token })
    await expect(t.call(environmentBranch, { environmentId: source.environmentId, name: 'x' }, { as: viewer })).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('tells of an environment that is none', async () => {
    expect((await t.call(branchGet, { environmentId: source.environmentId }, { as: t.as })).branch).toBeNull()
    await expect(t.call(branchRetry, { environmentId: source.environmentId }, { as: t.as })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('data', () => {
  test('is copied as it is now, by a snapshot that goes afterwards; what was not named begins empty', async () => {
    const first = await withFile('original')
    const other = await withFile('left out', 'other')
    const made = await branch('copy', [{ volumeId: first.volume.id, from: 'now' }])
    expect(made).toMatchObject({ status: 'running', copies: [{ name: 'files', from: 'now', step: 'waiting', engine: null }] })
    await t.settle({ forMs: 30_000 })
    expect(await show(made.environmentId)).toMatchObject({ status: 'done', message: null, copies: [{ step: 'done' }], cannotCancel: expect.stringContaining('there already') as string })
    const volumes = (await graph(made.environmentId)).volumes
    expect(content(volumes.find(({ name }) => name === 'files')!.id)!.get('text')!.toString()).toBe('original')
    expect(content(volumes.find(({ name }) => name === 'other')!.id)).toBeUndefined()
    expect(content(first.volume.id)!.get('text')!.toString()).toBe('original')
    expect(content(other.volume.id)!.get('text')!.toString()).toBe('left out')
    expect((await t.call(snapshotList, { environmentId: source.environmentId }, { as: t.as })).items).toEqual([])
    expect(readdirSync(t.engine.paths.snapshots)).toEqual([])
    expect(await events(made.environmentId)).toEqual(['environment.branched', 'branch.finished'])
  })

  test('of a snapshot is that of then, and the snapshot stays', async () => {
    const { volume } = await withFile('then')
    const snapshot = await t.call(snapshotCreate, { environmentId: source.environmentId, volumeId: volume.id }, { as: t.as })
    await t.settle()
    content(volume.id)!.set('text', Buffer.from('now'))
    const { items } = await t.call(branchOptions, { environmentId: source.environmentId }, { as: t.as })
    expect(items).toMatchObject([{ name: 'files', cannotCopy: null, snapshots: [{ id: snapshot.id }] }])
    const made = await branch('then', [{ volumeId: volume.id, from: 'snapshot', snapshotId: snapshot.id }])
    await t.settle({ forMs: 30_000 })
    expect(content((await graph(made.environmentId)).volumes[0]!.id)!.get('text')!.toString()).toBe('then')
    expect((await t.call(snapshotList, { environmentId: source.environmentId }, { as: t.as })).items).toMatchObject([{ id: snapshot.id, status: 'done' }])
    await t.call(snapshotDelete, { snapshotId: snapshot.id }, { as: t.as })
    await t.settle()
  })

  test('that cannot be copied is refused before anything is drawn', async () => {
    const empty = await t.call(volumeCreate, { environmentId: source.environmentId, name: 'unused' }, { as: t.as })
    const elsewhere = await t.call(environmentCreate, { projectId: source.projectId, name: 'elsewhere' }, { as: t.as })
    const strange = await t.call(volumeCreate, { environmentId: elsewhere.id, name: 'strange' }, { as: t.as })
    await expect(branch('a', [{ volumeId: empty.id, from: 'now' }])).rejects.toThrow('nothing in unused yet')
    await expect(branch('a', [{ volumeId: strange.id, from: 'now' }])).rejects.toMatchObject({ code: 'not_found' })
    await expect(branch('a', [{ volumeId: empty.id, from: 'snapshot' }])).rejects.toThrow('which snapshot')
    await expect(branch('a', [{ from: 'now' }])).rejects.toThrow('Say what is meant')
    const { volume } = await withFile('x')
    await expect(branch('a', [{ volumeId: volume.id, from: 'now' }, { volumeId: volume.id, from: 'now' }])).rejects.toThrow('named twice')
    await expect(branch('a', [{ volumeId: volume.id, from: 'now', masks: [{ table: 't', column: 'c', as: 'null' }] }])).rejects.toThrow('Only columns of a database')
    expect(await countEnvironments()).toBe(2)
  })

  test('that fails says what and why, keeps its service from starting empty, and is tried again', async () => {
    const { volume } = await withFile('precious')
    const store = t.engine.snapshots
    t.engine.snapshots = { ...store, write: () => Promise.reject(Object.assign(new Error('Input/output error'), { code: 'EIO' })) }
    const made = await branch('fail', [{ volumeId: volume.id, from: 'now' }])
    await t.settle({ forMs: 600_000 })
    expect(await show(made.environmentId)).toMatchObject({ status: 'failed', message: expect.stringContaining('files could not be copied') as string, cannotRetry: null, cannotCancel: null })
    const [service] = (await t.call(serviceList, { environmentId: made.environmentId }, { as: t.as })).items
    await t.call(deploymentCreate, { serviceId: service!.id }, { as: t.as })
    await t.settle({ forMs: 10_000 })
    expect(t.runtime.serving(service!.id)).toEqual([])
    t.engine.snapshots = store
    await t.call(branchRetry, { environmentId: made.environmentId }, { as: t.as })
    await t.settle({ forMs: 120_000 })
    expect(await show(made.environmentId)).toMatchObject({ status: 'done', message: null })
    expect(content((await graph(made.environmentId)).volumes[0]!.id)!.get('text')!.toString()).toBe('precious')
    expect(t.runtime.serving(service!.id)).toHaveLength(1)
    await expect(t.call(branchRetry, { environmentId: made.environmentId }, { as: t.as })).rejects.toThrow('there already')
    expect(await events(made.environmentId)).toEqual(['environment.branched', 'branch.failed', 'branch.retried', 'branch.finished'])
  })

  test('is copied no more when that is cancelled: what is not there begins empty, and no snapshot stays', async () => {
    const { volume } = await withFile('precious')
    const made = await branch('cancel', [{ volumeId: volume.id, from: 'now' }])
    await t.settle()
    expect(await show(made.environmentId)).toMatchObject({ status: 'running', copies: [{ step: 'copying' }] })
    await t.call(branchCancel, { environmentId: made.environmentId }, { as: t.as })
    await t.settle({ forMs: 30_000 })
    expect(await show(made.environmentId)).toMatchObject({ status: 'cancelled', cannotRetry: expect.stringContaining('cancelled') as string })
    expect(readdirSync(t.engine.paths.snapshots)).toEqual([])
    const [service] = (await t.call(serviceList, { environmentId: made.environmentId }, { as: t.as })).items
    await t.call(deploymentCreate, { serviceId: service!.id }, { as: t.as })
    await t.settle({ forMs: 10_000 })
    expect(t.runtime.serving(service!.id)).toHaveLength(1)
    expect(content((await graph(made.environmentId)).volumes[0]!.id)!.get('text')).toBeUndefined()
  })

  test('of a branch that is deleted in the middle leaves no snapshot', async () => {
    const { volume } = await withFile('precious')
    const made = await branch('gone', [{ volumeId: volume.id, from: 'now' }])
    await t.settle()
    await t.call(environmentDelete, { environmentId: made.environmentId }, { as: t.as })
    await t.settle({ forMs: 30_000 })
    await planSnapshots(t.engine)
    await t.settle()
    expect(readdirSync(t.engine.paths.snapshots)).toEqual([])
    expect(content(volume.id)!.get('text')!.toString()).toBe('precious')
  })

  test('goes on when nobody is at it any more', async () => {
    const { volume } = await withFile('precious')
    const made = await branch('lost', [{ volumeId: volume.id, from: 'now' }])
    await t.database.sql`select graphile_worker.remove_job(${`branch:${made.environmentId}`})`
    await planSnapshots(t.engine)
    await t.settle({ forMs: 30_000 })
    expect(await show(made.environmentId)).toMatchObject({ status: 'done' })
  })
})
