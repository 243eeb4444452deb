import { afterEach, beforeEach, expect, it } from 'vitest'

import { storageClean, storageList } from '../../lib/contract/storage'
import { targetList } from '../../lib/contract/target'
import { beat } from '../../lib/db/queries/engine/heartbeats'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import type { EngineImage } from '../../lib/domain/storage'
import { newId } from '../../lib/ids'
import type { TargetStorage } from '../../lib/provisioning/docker/storage'
import { keepStorage } from '../../lib/worker/storage'
import { engineForTest, oneTarget, type TestEngine } from '../harness/engine'

const GIB = 1024 ** 3
const never = new AbortController().signal

let t: TestEngine
let service: { id: string }
let images: EngineImage[]
let cacheBytes: number
/** What the engine refuses to remove. */
let stuck: Set<string>
let budgetBytes: number | null
let cleansCache: boolean

beforeEach(async () => {
  t = await engineForTest()
  service = await t.service('api')
  await t.database.sql`insert into targets (id, name, kind) values (${BUILT_IN_TARGETS.docker}, 'Docker on this machine', 'docker') on conflict do nothing`
  cacheBytes = 5 * GIB
  stuck = new Set()
  images = [image('old', 48), image('newer', 24), image('kept', 12), image('used', 72, { inUse: true })]
  budgetBytes = null
  cleansCache = false
  await artifact('kept')
})
afterEach(() => t.close())

function image(word: string, hours: number, fields: Partial<EngineImage> = {}): EngineImage {
  const createdAt = new Date(Date.now() - hours * 3_600_000).toISOString()
  return { id: `sha256:${word}`, tags: [`easel/${service.id}:${word}`], digests: [], ownBytes: GIB, createdAt, serviceId: service.id, instanceId: null, inUse: false, ...fields }
}

async function artifact(word: string): Promise<void> {
  const whole = { id: `sha256:${word}`, digest: null, names: [], registryId: null, ports: [], entrypoint: null, command: null }
  await t.database.sql`insert into artifacts (id, service_id, start, working_directory, size_bytes, kind, image) values (${newId('artifact')}, ${service.id}, '{}'::jsonb, '', 1, 'image', ${JSON.stringify(whole)}::jsonb)`
}

const storage: TargetStorage = {
  look: async () => ({ images: structuredClone(images), cacheBytes, disk: { path: '/var/lib/docker', totalBytes: 100 * GIB, freeBytes: GIB } }),
  async removeImage({ id }) {
    if (stuck.has(id)) throw new Error('conflict: the image is used.')
    images = images.filter((each) => each.id !== id)
  },
  async pruneCache(keepBytes) {
    const freed = Math.max(0, cacheBytes - keepBytes)
    cacheBytes -= freed
    return freed
  },
}

async function keep(): Promise<void> {
  // As if the last look were long ago.
  await t.database.sql`update target_storage set at = at - interval '1 hour'`
  const targets = { ...oneTarget(t.runtime), all: async () => [{ id: BUILT_IN_TARGETS.docker, name: 'Docker', driver: t.runtime, images: null, storage }] }
  await keepStorage({ ...t.engine, targets, config: { ...t.engine.config, dockerDisk: { budgetBytes, cleansCache } } }, never)
}
const list = () => t.call(storageList, { organizationId: t.organizationId }, { as: t.as })
const shown = async () => (await list()).targets.find(({ target }) => target.id === BUILT_IN_TARGETS.docker)!
const clean = () => t.call(storageClean, { organizationId: t.organizationId, targetId: BUILT_IN_TARGETS.docker }, { as: t.as })
const left = () => images.map(({ id }) => id.slice('sha256:'.length))

it('shows what would go and why, and removes nothing by that', async () => {
  await keep()
  expect(await shown()).toMatchObject({ imagesBytes: 4 * GIB, budgetBytes: null, isBeingCleaned: false, cleaned: null })
  expect((await shown()).surplus.map(({ id, service: of, why }) => [id, of?.name, why.length > 10])).toEqual([['sha256:old', 'api', true], ['sha256:newer', 'api', true]])
  expect(left()).toEqual(['old', 'newer', 'kept', 'used'])
})

it('removes what nothing needs when somebody asks for it, once', async () => {
  await keep()
  expect(await clean()).toMatchObject({ isBeingCleaned: true })
  await keep()
  expect(left()).toEqual(['kept', 'used'])
  expect(await shown()).toMatchObject({ isBeingCleaned: false, surplus: [], cleaned: { images: 2, bytes: 2 * GIB, message: null } })
  expect(cacheBytes).toBe(5 * GIB)
  images.push(image('later', 5))
  await keep()
  expect(left()).toContain('later')
  expect(await t.database.sql`select type, subject from events where type = 'target.cleaned'`).toEqual([{ type: 'target.cleaned', subject: 'Docker on this machine' }])
})

it('keeps itself within the budget, the oldest first and no further', async () => {
  budgetBytes = 3 * GIB
  await keep()
  expect(left()).toEqual(['newer', 'kept', 'used'])
  await keep()
  expect(left()).toEqual(['newer', 'kept', 'used'])
})

it('touches build cache only where that was chosen', async () => {
  budgetBytes = 2 * GIB
  await keep()
  expect(cacheBytes).toBe(5 * GIB)
  cleansCache = true
  await keep()
  expect(cacheBytes).toBeLessThanOrEqual(2 * GIB)
})

it('leaves what a deployment on its way may be about to use', async () => {
  await t.deploy(service)
  await clean()
  await keep()
  expect(left()).toEqual(['old', 'newer', 'kept', 'used'])
  await t.settle()
  await clean()
  await keep()
  // The build that never served is not kept any more either, now that one serves.
  expect(left()).toEqual(['used'])
})

it('says what could not be removed, and goes on with the others', async () => {
  stuck.add('sha256:old')
  await clean()
  await keep()
  expect(left()).toEqual(['old', 'kept', 'used'])
  expect((await shown()).cleaned).toMatchObject({ images: 1, message: expect.stringContaining('could not be removed') })
})

it('does not name the services of others, and does not touch the images of other installations', async () => {
  images.push(image('theirs', 90, { instanceId: 'ins_other', serviceId: newId('service') }), image('unknown', 90, { serviceId: newId('service') }))
  await clean()
  await keep()
  expect(left()).toEqual(['kept', 'used', 'theirs', 'unknown'])
  images.push(image('secret', 50))
  await t.database.sql`insert into organizations (id, name, slug) values ('org_elsewhere', 'Elsewhere', 'elsewhere')`
  await t.database.sql`update projects set organization_id = 'org_elsewhere'`
  await keep()
  expect((await shown()).surplus).toMatchObject([{ id: 'sha256:secret', service: null }])
})

it('warns of disks that are nearly full, with numbers', async () => {
  await keep()
  await beat(t.database.db, 'wrk_1', [], { ingress: { ok: true, message: '' }, runtime: { ok: true, message: '' }, disk: { path: '/data', totalBytes: 10 * GIB, freeBytes: GIB } })
  expect((await shown()).disk?.warning).toContain('99 % full: 1 GiB of 100 GiB are free')
  expect((await list()).data?.warning).toContain('The disk of /data is 90 % full')
  const { items } = await t.call(targetList, { organizationId: t.organizationId, limit: 10 }, { as: t.as })
  expect(items.map(({ kind, diskWarning }) => [kind, diskWarning])).toEqual(expect.arrayContaining([['docker', expect.stringContaining('99 % full')], ['process', expect.stringContaining('90 % full')]]))
})
