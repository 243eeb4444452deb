import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { deploymentCreate, deploymentGet, deploymentList } from '../../lib/contract/deployment'
import { environmentGraph } from '../../lib/contract/project'
import { serviceCreate, serviceDelete, serviceGet, serviceInspect, serviceList, serviceLogs, serviceStart, serviceStop, serviceUpdate, variableList, variableReplace } from '../../lib/contract/service'
import { LABEL } from '../../lib/domain/name'
import { newId } from '../../lib/ids'
import { activateAsWorker, eventsOf, releaseAsWorker, waitingJobs } from '../harness/as-worker'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let environmentId: string

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
})
beforeEach(async () => {
  environmentId = (await t.project(as)).environmentId
})
afterAll(() => t.close())

const node = { type: 'template', template: 'node-service' } as const
const create = (input: { name?: string; source?: unknown; [key: string]: unknown } = {}) => t.call(serviceCreate, { environmentId, source: node, ...input } as never, { as })
const labelOf = (url: string) => new URL(url).hostname.split('.')[0]!

describe('drawing a service', () => {
  it('gives it an address before anything is built, and has its source read', async () => {
    const service = await create()
    expect(service).toMatchObject({ name: 'server', state: 'not_deployed', changed: false, latest: null, activeId: null, inspection: { status: 'pending' }, x: 0, y: 0 })
    expect(service.url).toMatch(/^http:\/\/server-production-shop[a-z0-9-]*\.localhost:8080$/)
    expect(service.privateUrl).toMatch(/^http:\/\/127\.0\.0\.1:30\d{3}$/)
    expect(await waitingJobs(t.database)).toEqual(expect.arrayContaining([`inspect inspect:${service.id}`, `reconcile reconcile:${environmentId}`]))
    expect(await eventsOf(t.database, service.id)).toEqual(['service.created'])
    expect(await t.call(serviceGet, { serviceId: service.id }, { as })).toEqual(service)
  })

  it('twenty times at once gives twenty names, addresses and private ports', async () => {
    const services = await Promise.all(Array.from({ length: 20 }, () => create()))
    for (const distinct of [services.map((s) => s.name.toLowerCase()), services.map((s) => s.url), services.map((s) => s.privateUrl), services.map((s) => `${s.x},${s.y}`)]) {
      expect(new Set(distinct).size).toBe(20)
    }
  })

  it('at once in environments of the same name gives addresses of their own', async () => {
    const places = await Promise.all(Array.from({ length: 6 }, () => t.project(as, 'Same')))
    // Projects of other organizations may have the same slug; labels are unique on the whole platform.
    await t.database.sql`drop index projects_slug`
    await t.database.sql`update projects set slug = 'same' where id in ${t.database.sql(places.map(({ projectId }) => projectId))}`
    const services = await Promise.all(places.map((place) => create({ environmentId: place.environmentId, name: 'web' })))
    expect(new Set(services.map((s) => s.url)).size).toBe(6)
    expect(services.map((s) => labelOf(s.url))).toContain('web-production-same')
    await t.database.sql`update projects set slug = id`
    await t.database.sql`create unique index projects_slug on projects (organization_id, slug)`
  })

  it('is named after its source', async () => {
    const names = []
    for (const source of [{ type: 'git', url: 'https://example.com/ada/shop.git' }, { type: 'local', path: '/srv/my site' }, { type: 'git', url: 'git@example.com:ada/Shop.git' }]) {
      names.push((await create({ source })).name)
    }
    expect(names).toEqual(['shop', 'my-site', 'Shop-2'])
  })

  it('refuses a given name that is in use, in any case', async () => {
    await create({ name: 'Web' })
    await expect(create({ name: 'wEB' })).rejects.toMatchObject({ code: 'conflict', fields: { name: expect.any(String) } })
  })

  it('draws both services of a template with their link, under other names when these are taken', async () => {
    await create({ name: 'api' })
    const web = await create({ source: { type: 'template', template: 'two-services' }, x: 100, y: 50 })
    const graph = await t.call(environmentGraph, { environmentId }, { as })
    const api = graph.nodes.find(({ name }) => name === 'api-2')!
    expect(web).toMatchObject({ name: 'web', x: 100, y: 50, source: { type: 'template', template: 'two-services/web' } })
    expect(api.source).toEqual({ type: 'template', template: 'two-services/api' })
    expect(graph.links).toEqual([expect.objectContaining({ from: web.id, to: api.id, variables: ['API_URL'] })])
    expect((await t.call(variableList, { serviceId: web.id }, { as })).variables).toMatchObject([{ key: 'API_URL', value: '${{api-2.URL}}', secret: false }])
  })

  it('stands right of what is there', async () => {
    await create({ x: 10, y: 70 })
    expect(await create()).toMatchObject({ x: 394, y: 70 })
  })

  it('refuses more than 500 per environment', async () => {
    await t.database.sql`
      insert into services (id, environment_id, name, host_label, source, settings)
      select 'svc_' || lpad(n::text, 22, '0'), ${environmentId}, 's' || n, 'limit-' || n, ${JSON.stringify(node)}::jsonb, '{}'::jsonb from generate_series(1, 499) n`
    await expect(create({ source: { type: 'template', template: 'two-services' } })).rejects.toMatchObject({ code: 'limit_exceeded' })
    await create()
    await expect(create()).rejects.toMatchObject({ code: 'limit_exceeded' })
  })

  it('says so when no port is left', async () => {
    const small = await platformForTest({ EASEL_WORKLOAD_PORTS: '31000-31009' })
    try {
      const owner = await small.owner()
      const place = await small.project(owner)
      const results = await Promise.allSettled(Array.from({ length: 12 }, () => small.call(serviceCreate, { environmentId: place.environmentId, source: node }, { as: owner })))
      const refused = results.filter((result) => result.status === 'rejected')
      expect(refused.map((result) => result.reason.code)).toEqual(['limit_exceeded', 'limit_exceeded'])
      expect((await small.call(serviceList, { environmentId: place.environmentId }, { as: owner })).items).toHaveLength(10)
    } finally {
      await small.close()
    }
  })
})

describe('what people type', () => {
  it.each(['; rm -rf /', '`id`', "'; drop table services; --", '../../etc/passwd', '🚀🚀', 'ёж', 'a'.repeat(60), '-', '<script>alert(1)</script>', '__proto__', 'constructor'])('is only a name: %j', async (name) => {
    const service = await create({ name })
    expect(service.name).toBe(name)
    expect(labelOf(service.url)).toMatch(LABEL)
    expect((await t.call(serviceGet, { serviceId: service.id }, { as })).name).toBe(name)
    expect((await t.call(environmentGraph, { environmentId }, { as })).nodes.map((each) => each.name)).toContain(name)
  })

  it.each(['$(id)', '${HOME}', 'a\u202eb', '\u200f', 'a\u0000b', 'a\nb', '"quoted"', '', '   ', 'a'.repeat(61)])('is refused as a name: %j', async (name) => {
    await expect(create({ name })).rejects.toMatchObject({ code: 'invalid_input', fields: { name: expect.any(String) } })
  })

  it.each([
    ['a root directory above the source', { type: 'git', url: 'https://example.com/a.git', rootDirectory: '../..' }],
    ['an absolute root directory', { type: 'git', url: 'https://example.com/a.git', rootDirectory: '/etc' }],
    ['a branch that a shell would run', { type: 'git', url: 'https://example.com/a.git', ref: '$(id)' }],
    ['a branch that git would take for an option', { type: 'git', url: 'https://example.com/a.git', ref: '--upload-pack=id' }],
    ['an address that git would take for an option', { type: 'git', url: '--upload-pack=id' }],
    ['an address that git would run', { type: 'git', url: 'ext::sh -c id' }],
    ['a host that ssh would take for an option', { type: 'git', url: 'ssh://-oProxyCommand=id/x' }],
    ['an address with a password', { type: 'git', url: 'https://ada:secret@example.com/a.git' }],
    ['a folder that is not absolute', { type: 'local', path: 'etc' }],
    ['a template above the templates', { type: 'template', template: '../x' }],
    ['a template that does not exist', { type: 'template', template: 'nothing-here' }],
    ['a key of nobody', { type: 'git', url: 'git@example.com:a.git', sshKeyId: newId('sshKey') }],
    ['an endless address', { type: 'git', url: `https://example.com/${'a'.repeat(2000)}` }],
    ['no source', null],
  ])('is refused as a source: %s', async (_, source) => {
    await expect(create({ source })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it.each([
    ['a command with a shell', { startCommand: 'node a.js && id' }],
    ['a command with a zero byte', { startCommand: 'node a\0.js' }],
    ['half a character', { buildCommand: 'node \ud800' }],
    ['a health path with a zero byte', { health: { path: '/\0' } }],
    ['an output directory above the source', { outputDirectory: '../out' }],
    ['an endless command', { installCommand: 'x'.repeat(5000) }],
  ])('is refused as a setting: %s', async (_, settings) => {
    await expect(create({ settings })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('draws from folders only where that is allowed', async () => {
    const closed = await platformForTest({ EASEL_LOCAL_SOURCES: 'false' })
    try {
      const owner = await closed.owner()
      const place = await closed.project(owner)
      for (const source of [{ type: 'local', path: '/srv/site' }, { type: 'git', url: 'file:///srv/site' }] as const) {
        await expect(closed.call(serviceCreate, { environmentId: place.environmentId, source }, { as: owner })).rejects.toMatchObject({ code: 'invalid_input', fields: { source: expect.any(String) } })
      }
      const service = await closed.call(serviceCreate, { environmentId: place.environmentId, source: node }, { as: owner })
      await expect(closed.call(serviceUpdate, { serviceId: service.id, source: { type: 'local', path: '/srv' } }, { as: owner })).rejects.toMatchObject({ code: 'invalid_input' })
    } finally {
      await closed.close()
    }
  })
})

describe('changing a service', () => {
  const rowOf = async (id: string) => (await t.database.sql`select generation, config_revision as revision from services where id = ${id}`)[0]!

  it('raises the revision of its configuration only when something changes, and never its generation', async () => {
    const service = await create()
    await t.call(serviceUpdate, { serviceId: service.id, name: service.name, source: service.source, settings: service.settings }, { as })
    expect(await rowOf(service.id)).toEqual({ generation: 1, revision: 1 })
    await t.call(serviceUpdate, { serviceId: service.id, settings: { startCommand: 'node other.js' } }, { as })
    expect(await rowOf(service.id)).toEqual({ generation: 1, revision: 2 })
  })

  it('has the source read again when the build may differ', async () => {
    const service = await create()
    const clear = () => t.database.sql`update services set inspection = null where id = ${service.id}`
    const inspection = async (change: object) => {
      await clear()
      return (await t.call(serviceUpdate, { serviceId: service.id, ...change }, { as })).inspection?.status ?? null
    }
    expect(await inspection({ settings: { drainS: 1 } })).toBeNull()
    expect(await inspection({ settings: { drainS: 1, buildCommand: 'npm run other' } })).toBe('pending')
    expect(await inspection({ source: { type: 'git', url: 'https://example.com/a.git' } })).toBe('pending')
    await clear()
    expect((await t.call(serviceInspect, { serviceId: service.id }, { as })).inspection).toMatchObject({ status: 'pending' })
  })

  it('to another name keeps its address and lets references follow', async () => {
    const web = await create({ source: { type: 'template', template: 'two-services' } })
    const api = (await t.call(environmentGraph, { environmentId }, { as })).nodes.find(({ name }) => name === 'api')!
    const renamed = await t.call(serviceUpdate, { serviceId: api.id, name: 'my api' }, { as })
    expect(renamed.url).toBe(api.url)
    expect((await t.call(environmentGraph, { environmentId }, { as })).links).toEqual([expect.objectContaining({ from: web.id, to: api.id })])
    expect((await t.call(variableList, { serviceId: web.id }, { as })).variables).toMatchObject([{ value: '${{"my api".URL}}' }])
    await expect(t.call(serviceUpdate, { serviceId: web.id, name: 'MY API' }, { as })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('to a template of several services is refused', async () => {
    const service = await create()
    await expect(t.call(serviceUpdate, { serviceId: service.id, source: { type: 'template', template: 'two-services' } }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('stopping and starting', () => {
  it('is refused with a sentence while nothing runs', async () => {
    const service = await create()
    await expect(t.call(serviceStop, { serviceId: service.id }, { as })).rejects.toMatchObject({ code: 'not_now' })
    await expect(t.call(serviceStart, { serviceId: service.id }, { as })).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('Deploy it first') })
  })

  it('raises the generation and keeps the deployments', async () => {
    const service = await create()
    const deployment = await t.call(deploymentCreate, { serviceId: service.id }, { as })
    await releaseAsWorker(t.database, service.id, deployment.id)
    await activateAsWorker(t.database, service.id, deployment.id)

    expect(await t.call(serviceStop, { serviceId: service.id }, { as })).toMatchObject({ state: 'suspended', activeId: deployment.id })
    await expect(t.call(serviceStop, { serviceId: service.id }, { as })).rejects.toMatchObject({ code: 'not_now' })
    expect(await t.call(serviceStart, { serviceId: service.id }, { as })).toMatchObject({ activeId: deployment.id })
    await expect(t.call(serviceStart, { serviceId: service.id }, { as })).rejects.toMatchObject({ code: 'not_now' })
    const [row] = await t.database.sql`select desired, generation, target_deployment_id as target from services where id = ${service.id}`
    expect(row).toEqual({ desired: 'running', generation: 4, target: deployment.id })
    expect(await eventsOf(t.database, service.id)).toEqual(['service.created', 'deployment.queued', 'service.stopped', 'service.started'])
  })

  it('by many at once is done once', async () => {
    const service = await create()
    const deployment = await t.call(deploymentCreate, { serviceId: service.id }, { as })
    await releaseAsWorker(t.database, service.id, deployment.id)
    await activateAsWorker(t.database, service.id, deployment.id)
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => t.call(serviceStop, { serviceId: service.id }, { as })))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })
})

describe('deleting a service', () => {
  it('hides it from every read but the canvas, and cancels what is on its way', async () => {
    const service = await create({ name: 'doomed' })
    const { id: deploymentId } = await t.call(deploymentCreate, { serviceId: service.id }, { as })
    await t.call(serviceDelete, { serviceId: service.id }, { as })
    const serviceId = service.id
    for (const call of [
      () => t.call(serviceGet, { serviceId }, { as }),
      () => t.call(serviceLogs, { serviceId }, { as }),
      () => t.call(variableList, { serviceId }, { as }),
      () => t.call(variableReplace, { serviceId, variables: {} }, { as }),
      () => t.call(deploymentList, { serviceId }, { as }),
      () => t.call(deploymentGet, { deploymentId }, { as }),
      () => t.call(deploymentCreate, { serviceId }, { as }),
      () => t.call(serviceDelete, { serviceId }, { as }),
    ]) await expect(call()).rejects.toMatchObject({ code: 'not_found' })
    expect((await t.call(serviceList, { environmentId }, { as })).items).toEqual([])
    expect((await t.call(environmentGraph, { environmentId }, { as })).nodes).toMatchObject([{ id: serviceId, state: 'removing', latest: { status: 'cancelled' } }])
    expect(await eventsOf(t.database, serviceId)).toEqual(['service.created', 'deployment.queued', 'deployment.cancelled', 'service.deleted'])
    await expect(create({ name: 'doomed' })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('the list of services', () => {
  it('is paged, newest first, each service once', async () => {
    const created = await Promise.all(Array.from({ length: 7 }, () => create()))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await t.call(serviceList, { environmentId, limit: 3, cursor }, { as })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(created.map(({ id }) => id).sort().reverse())
    await expect(t.call(serviceList, { environmentId, cursor: 'garbage' }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
