import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { authMe } from '@/lib/contract/auth'
import { deploymentGet, deploymentLogs, deploymentRollback } from '@/lib/contract/deployment'
import { registryCreate } from '@/lib/contract/registry'
import { serviceCreate, serviceDelete, serviceUpdate } from '@/lib/contract/service'
import type { ServiceSettings } from '@/lib/contract/service-settings'
import type { Source } from '@/lib/contract/source'
import { BUILT_IN_TARGETS } from '@/lib/domain/target'
import { log } from '@/lib/log'
import { makeImageStore } from '@/lib/provisioning/build/image/docker-image-store'
import { dockerDriver } from '@/lib/provisioning/runtime/docker/docker-driver'
import { followImages } from '@/lib/worker/follow-images'
import { engineForTest, lookNow, oneTarget, type TestEngine } from '../harness/engine'
import { bundleImageTools } from '../harness/programs'
import { until } from '../harness/until'
import { NODE_IMAGE, removeMarked, testApi, testConnection, testMark } from './engine'
import { hasRegistry, PASSWORD, startRegistry, type TestRegistry } from './registry'

// Deployments from top to bottom on a real engine: operations, queue, stages, BuildKit, containers.

const api = testApi()
const never = new AbortController().signal
const hasEngine = await api.version(AbortSignal.timeout(5_000)).then(() => true, () => false)
const store = makeImageStore(testConnection(), api)

let t: TestEngine
let mark: string
let folder: string

beforeAll(async () => void (await bundleImageTools()))

beforeEach(async () => {
  if (!hasEngine) return
  mark = testMark()
  folder = await mkdtemp(join(tmpdir(), 'easel-deploy-image-'))
  t = await engineForTest()
  const driver = dockerDriver({ api, folder: join(folder, 'target'), instanceId: mark, targetId: BUILT_IN_TARGETS.docker, log, reach: null })
  await t.database.sql`insert into targets (id, name, kind) values (${BUILT_IN_TARGETS.docker}, 'Docker', 'docker') on conflict do nothing`
  await t.database.sql`update environments set target_id = ${BUILT_IN_TARGETS.docker}`
  const target = { id: BUILT_IN_TARGETS.docker, name: 'Docker', driver, images: store }
  Object.assign(t.engine, { driver, targets: { ...oneTarget(driver), byId: async () => target, ofEnvironment: async () => target, all: async () => [target] } })
})

afterEach(async () => {
  if (!hasEngine) return
  const services = await t.database.sql<{ id: string }[]>`select distinct service_id as id from deployments`
  await t.engine.driver.close()
  await removeMarked(api, `easel.instance=${mark}`)
  const names = await t.database.sql<{ name: string }[]>`select distinct jsonb_array_elements_text(image -> 'names') as name from artifacts where kind = 'image'`
  for (const { id } of services) for (const name of await store.tags(`easel/${id}:`, never)) await store.remove(name, never)
  for (const { name } of names) await store.remove(name, never)
  await t.close()
  await rm(folder, { recursive: true, force: true })
})

async function source(files: Record<string, string>): Promise<Source> {
  const path = await mkdtemp(join(folder, 'source-'))
  await change(path, files)
  return { type: 'local', path }
}

async function change(path: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(path, name, '..'), { recursive: true })
    await writeFile(join(path, name), text)
  }
}

const create = (from: Source, settings: Partial<ServiceSettings> = {}) => t.call(serviceCreate, { environmentId: t.environmentId, name: 'app', source: from, settings }, { as: t.as })

/** Works until the deployment has ended for good or ill. */
async function ended(deploymentId: string) {
  return until('the deployment to end', async () => {
    await lookNow(t)
    const found = await t.outcome(deploymentId)
    return ['active', 'failed', 'retired', 'cancelled'].includes(found.status) ? found : null
  }, 100_000, 200)
}

const said = async (deploymentId: string) => (await t.call(deploymentLogs, { deploymentId }, { as: t.as })).lines.map(({ text }) => text).join('\n')

/** What it answers where the ingress would lead. */
async function ask(url: string): Promise<string> {
  const [target] = t.ingress.routeOf(new URL(url).hostname)!.targets
  return (await fetch(`http://${target!.host}:${target!.port}/`)).text()
}

const imagesOf = async (serviceId: string) => (await api.json({ method: 'GET', path: '/images/json', query: { filters: { label: [`easel.service=${serviceId}`] } }, signal: never }, z.array(z.unknown()))).length

const PROGRAM = `const http = require('node:http')\nhttp.createServer((_, response) => response.end(process.env.WORD + ' ' + process.env.PORT)).listen(process.env.PORT, process.env.HOST)\n`
const MANIFEST = JSON.stringify({ name: 'app', scripts: { start: 'node server.js' } })

describe.skipIf(!hasEngine)('a deployment on Docker', () => {
  it('builds the recipe of a source, serves it, builds nothing for the same again, and goes back', { timeout: 300_000 }, async () => {
    const from = await source({ 'package.json': MANIFEST, 'server.js': PROGRAM.replace('process.env.WORD', '"one"') })
    const service = await create(from)
    const first = await t.deploy(service)
    expect(await ended(first)).toMatchObject({ status: 'active', message: null, stages: { fetch: 'done', detect: 'done', install: 'skipped', build: 'done', release: 'done' } })
    expect(await ask(service.url)).toBe('one 8080')

    const second = await t.deploy(service)
    expect((await ended(second)).status).toBe('active')
    expect(await said(second)).toContain('nothing is built')

    await change((from as { path: string }).path, { 'server.js': PROGRAM.replace('process.env.WORD', '"three"') })
    const third = await t.deploy(service)
    expect((await ended(third)).status).toBe('active')
    expect(await said(third)).not.toContain('nothing is built')
    expect(await ask(service.url)).toBe('three 8080')

    const back = await t.call(deploymentRollback, { deploymentId: first }, { as: t.as })
    expect((await ended(back.id)).status).toBe('active')
    expect(await ask(service.url)).toBe('one 8080')

    await t.call(serviceDelete, { serviceId: service.id }, { as: t.as })
    await until('its images to be gone', async () => {
      await lookNow(t)
      return (await store.tags(`easel/${service.id}:`, never)).length === 0 && (await imagesOf(service.id)) === 0
    })
  })

  it('serves a static site', async () => {
    const service = await create(await source({ 'index.html': '<h1>still</h1>' }))
    expect(await ended(await t.deploy(service))).toMatchObject({ status: 'active', message: null })
    expect(await ask(service.url)).toBe('<h1>still</h1>')
  })

  it('builds by the Dockerfile that is there, with its port and the arguments that were set', async () => {
    const dockerfile = `FROM ${NODE_IMAGE}\nARG GREETING\nENV WORD=$GREETING\nCOPY server.js /\nEXPOSE 9100\nUSER node\nCMD ["node", "/server.js"]\n`
    const service = await create(await source({ 'docker/Dockerfile.web': dockerfile, 'server.js': PROGRAM }), { build: { builder: 'dockerfile', dockerfile: 'docker/Dockerfile.web', stage: null, args: { GREETING: 'hello' }, prune: false } })
    expect(await ended(await t.deploy(service))).toMatchObject({ status: 'active', message: null })
    expect(await ask(service.url)).toBe('hello 9100')
  })

  it('goes on after a worker that died with the image made and not noted, and builds nothing again', async () => {
    const service = await create(await source({ 'package.json': MANIFEST, 'server.js': PROGRAM.replace('process.env.WORD', '"whole"') }))
    let deaths = 0
    t.engine.at = async (point) => {
      if (point === 'image:built' && deaths++ === 0) throw new Error('The worker died.')
    }
    const id = await t.deploy(service)
    await t.settle({ forMs: 120_000 })
    expect(await ended(id)).toMatchObject({ status: 'active', message: null })
    expect(deaths).toBe(2)
    expect(await said(id)).toContain('nothing is built')
    expect(await ask(service.url)).toBe('whole 8080')
  })

  it('says which Dockerfile is missing', async () => {
    const service = await create(await source({ 'Dockerfile.prod': '', 'index.html': '' }), { build: { builder: 'dockerfile', dockerfile: null, stage: null, args: {}, prune: false } })
    expect(await ended(await t.deploy(service))).toMatchObject({ status: 'failed', reason: 'dockerfile_missing', message: expect.stringContaining('Files found: Dockerfile.prod.') })
  })

  it('fails for a build that does not work, and what serves goes on', async () => {
    const from = await source({ 'package.json': MANIFEST, 'server.js': PROGRAM.replace('process.env.WORD', '"good"') })
    const service = await create(from)
    await ended(await t.deploy(service))
    await change((from as { path: string }).path, { 'package.json': JSON.stringify({ name: 'app', scripts: { start: 'node server.js', build: 'node -e "throw new Error(\'broken here\')"' } }) })
    const bad = await ended(await t.deploy(service))
    expect(bad).toMatchObject({ status: 'failed', reason: 'build_failed', message: expect.stringMatching(/npm run build ended with code 1.*broken here/) })
    expect(await ask(service.url)).toBe('good 8080')
  })
})

describe.skipIf(!hasEngine || !hasRegistry)('a build that is kept in a registry', () => {
  let registry: TestRegistry
  beforeAll(async () => void (registry = await startRegistry(true)))
  afterAll(() => registry.stop())

  it('outlives the engine that made it', { timeout: 300_000 }, async () => {
    const { organization } = (await t.call(authMe, {}, { as: t.as })).memberships[0]!
    await t.call(registryCreate, { organizationId: organization.id, name: 'Ours', server: registry.address, username: 'easel', password: PASSWORD, keepsBuildsIn: `${mark}/kept` }, { as: t.as })
    const from = await source({ 'package.json': MANIFEST, 'server.js': PROGRAM.replace('process.env.WORD', '"kept"') })
    const service = await create(from)
    const first = await t.deploy(service)
    expect(await ended(first)).toMatchObject({ status: 'active', message: null })
    const { digest } = (await t.call(deploymentGet, { deploymentId: first }, { as: t.as })).image!
    expect(digest).toContain(`${registry.address}/${mark}/kept/`)
    expect(await said(first)).toContain('Kept as')

    await change((from as { path: string }).path, { 'server.js': PROGRAM.replace('process.env.WORD', '"newer"') })
    expect((await ended(await t.deploy(service))).status).toBe('active')
    // As after the engine was set up anew: none of the names of the first image leads anywhere.
    const [row] = await t.database.sql<{ names: string[]; id: string }[]>`select image -> 'names' as names, image ->> 'id' as id from artifacts where id = ${first.replace('dep_', 'art_')}`
    await until('the first version to have ended', async () => (await lookNow(t), (await t.engine.driver.observe(null, never)).length === 1), 60_000, 200)
    for (const name of [...row!.names, digest!, row!.id]) await store.remove(name, never)
    expect(await store.inspect(row!.id, never)).toBeNull()

    const back = await t.call(deploymentRollback, { deploymentId: first }, { as: t.as })
    expect(await ended(back.id)).toMatchObject({ status: 'active', message: null })
    expect(await ask(service.url)).toBe('kept 8080')

    await t.call(serviceDelete, { serviceId: service.id }, { as: t.as })
    await until('its images to be gone, also those that were fetched again', async () => (await lookNow(t), (await imagesOf(service.id)) === 0))
  })
})

describe.skipIf(!hasEngine || !hasRegistry)('an image of a registry', () => {
  let registry: TestRegistry
  beforeAll(async () => void (registry = await startRegistry(false)))
  afterAll(() => registry.stop())

  async function publish(word: string): Promise<string> {
    const reference = `${registry.address}/${mark}/app:latest`
    const context = await mkdtemp(join(folder, 'context-'))
    await writeFile(join(context, 'server.js'), PROGRAM.replace('process.env.WORD', JSON.stringify(word)))
    const built = await store.build(
      { context, dockerfile: `FROM ${NODE_IMAGE}\nCOPY server.js /\nEXPOSE 9200\nCMD ["node", "/server.js"]\n`, ignore: '', workFolder: join(folder, 'work'), stage: null, args: {}, secrets: {}, auths: [], labels: {}, tags: [`easel/${mark}:published`], onLine: () => undefined, timeoutMs: 60_000 },
      never,
    )
    await store.push({ id: built.id, reference, auth: null }, never)
    for (const name of [reference, `easel/${mark}:published`]) await store.remove(name, never)
    return reference
  }

  it('is frozen by digest when it is deployed, and gone back to by it', { timeout: 300_000 }, async () => {
    const reference = await publish('first')
    const service = await create({ type: 'image', reference })
    const first = await t.deploy(service)
    expect(await ended(first)).toMatchObject({ status: 'active', message: null, stages: { fetch: 'done', detect: 'skipped', install: 'skipped', build: 'skipped' } })
    expect(await ask(service.url)).toBe('first 9200')
    await publish('second')
    expect((await ended(await t.deploy(service))).status).toBe('active')
    expect(await ask(service.url)).toBe('second 9200')
    const back = await t.call(deploymentRollback, { deploymentId: first }, { as: t.as })
    expect((await ended(back.id)).status).toBe('active')
    expect(await ask(service.url)).toBe('first 9200')
    expect((await t.call(deploymentGet, { deploymentId: back.id }, { as: t.as })).image?.digest).toMatch(/@sha256:/)
  })

  it('is deployed by itself when its tag is followed and leads elsewhere, once, and within its window', async () => {
    const reference = await publish('before')
    const closed = { from: '00:00', to: '00:01', timeZone: 'UTC' }
    const service = await create({ type: 'image', reference, follow: { window: closed } })
    await ended(await t.deploy(service))
    await publish('after')
    t.clock.now = new Date(Math.max(t.clock.now.getTime(), new Date(new Date().setUTCHours(12, 0, 0, 0)).getTime()))
    const numbers = async () => (await t.database.sql`select number from deployments where service_id = ${service.id}`).length
    if (t.engine.now().getUTCHours() > 0) await followImages(t.engine, never)
    expect(await numbers()).toBe(1)
    await t.call(serviceUpdate, { serviceId: service.id, source: { type: 'image', reference, follow: { window: null } } }, { as: t.as })
    await followImages(t.engine, never)
    await until('the new image to serve', async () => {
      await lookNow(t)
      return (await ask(service.url)) === 'after 9200'
    })
    await followImages(t.engine, never)
    expect(await numbers()).toBe(2)
  })

  it('stays when somebody else had fetched it before, and goes with the last of ours otherwise', async () => {
    const reference = await publish('shared')
    const digest = await store.resolve({ reference, auth: null }, never)
    const remove = async (serviceId: string) => {
      await t.call(serviceDelete, { serviceId }, { as: t.as })
      await until('its images to be gone', async () => (await lookNow(t), (await store.tags(`easel/${serviceId}:`, never)).length === 0))
    }
    for (const isTheirs of [true, false]) {
      if (isTheirs) await store.pull({ reference: digest, auth: null }, never)
      const ours = [await create({ type: 'image', reference }), await t.call(serviceCreate, { environmentId: t.environmentId, name: 'other', source: { type: 'image', reference } }, { as: t.as })]
      for (const service of ours) expect((await ended(await t.deploy(service))).status).toBe('active')
      await remove(ours[0]!.id)
      expect(await store.inspect(digest, never)).not.toBeNull()
      await remove(ours[1]!.id)
      expect((await store.inspect(digest, never)) !== null).toBe(isTheirs)
      await store.remove(digest, never)
    }
  })

  it('starts with the command that was set', async () => {
    const service = await create({ type: 'image', reference: await publish('unused') }, { startCommand: `node -e "require('http').createServer((q, r) => r.end('own')).listen($PORT)"`, containerPort: 4000 })
    expect(await ended(await t.deploy(service))).toMatchObject({ status: 'active', message: null })
    expect(await ask(service.url)).toBe('own')
  })

  it('says that nobody has it', async () => {
    const service = await create({ type: 'image', reference: `${registry.address}/${mark}/absent:1` })
    expect(await ended(await t.deploy(service))).toMatchObject({ status: 'failed', reason: 'image_not_found' })
    await t.call(serviceUpdate, { serviceId: service.id, source: { type: 'image', reference: '127.0.0.1:1/nobody/there:1' } }, { as: t.as })
    expect(await ended(await t.deploy(service))).toMatchObject({ status: 'failed', reason: 'image_not_found', message: expect.stringContaining('cannot be reached') })
  })
})
