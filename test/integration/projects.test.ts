import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { deploymentCreate } from '../../lib/contract/deployment'
import { environmentArrange, environmentCreate, environmentDelete, environmentGraph, projectCreate, projectDelete, projectGet, projectList, projectUpdate } from '../../lib/contract/project'
import { deploymentGet } from '../../lib/contract/deployment'
import { serviceCreate, serviceGet } from '../../lib/contract/service'
import { newId } from '../../lib/ids'
import { waitingJobs } from '../harness/as-worker'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
})
afterAll(() => t.close())

const node = { type: 'template', template: 'node-service' } as const

describe('a project', () => {
  it('begins with a production environment', async () => {
    const project = await t.call(projectCreate, { name: 'My Shop' }, { as })
    expect(project).toMatchObject({ name: 'My Shop', slug: 'my-shop', environments: [{ name: 'production', slug: 'production' }] })
    expect(await t.call(projectGet, { projectId: project.id }, { as })).toEqual(project)
  })

  it('gets a slug of its own, whatever it is called and however many are created at once', async () => {
    const names = [...Array.from({ length: 12 }, () => 'Twin'), '🚀', '🚀', 'Twin 2', 'ünïcode']
    const projects = await Promise.all(names.map((name) => t.call(projectCreate, { name }, { as })))
    expect(new Set(projects.map((project) => project.slug)).size).toBe(names.length)
    for (const { slug } of projects) expect(slug).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
  })

  it('keeps its slug when it is renamed', async () => {
    const project = await t.call(projectCreate, { name: 'Before' }, { as })
    expect(await t.call(projectUpdate, { projectId: project.id, name: 'After' }, { as })).toMatchObject({ name: 'After', slug: 'before' })
  })

  it.each(['', ' ', 'a\nb', 'a\0b', '\u202egpj', 'x'.repeat(61), '${{a.B}}'])('is not called %j', async (name) => {
    await expect(t.call(projectCreate, { name }, { as })).rejects.toMatchObject({ code: 'invalid_input', fields: { name: expect.any(String) } })
  })

  it('is hidden with everything in it as soon as it is deleted, and the worker is asked to take it down', async () => {
    const project = await t.call(projectCreate, { name: 'Doomed' }, { as })
    const environmentId = project.environments[0]!.id
    const service = await t.call(serviceCreate, { environmentId, source: node }, { as })
    const deployment = await t.call(deploymentCreate, { serviceId: service.id }, { as })
    await t.call(projectDelete, { projectId: project.id }, { as })

    for (const call of [
      () => t.call(projectGet, { projectId: project.id }, { as }),
      () => t.call(environmentGraph, { environmentId }, { as }),
      () => t.call(serviceGet, { serviceId: service.id }, { as }),
      () => t.call(deploymentGet, { deploymentId: deployment.id }, { as }),
      () => t.call(serviceCreate, { environmentId, source: node }, { as }),
      () => t.call(projectDelete, { projectId: project.id }, { as }),
    ]) await expect(call()).rejects.toMatchObject({ code: 'not_found' })
    expect((await t.call(projectList, { limit: 100 }, { as })).items.map(({ id }) => id)).not.toContain(project.id)
    expect(await waitingJobs(t.database)).toContain(`reconcile reconcile:${environmentId}`)
    const [row] = await t.database.sql`select s.desired, s.generation, d.status from services s join deployments d on d.service_id = s.id where s.id = ${service.id}`
    expect(row).toMatchObject({ desired: 'deleted', generation: 2, status: 'cancelled' })
    // Its slug is in use until the worker has removed it.
    expect(await t.call(projectCreate, { name: 'Doomed' }, { as })).toMatchObject({ slug: 'doomed-2' })
  })

  it('is deleted once by concurrent twins', async () => {
    const project = await t.call(projectCreate, { name: 'Once' }, { as })
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => t.call(projectDelete, { projectId: project.id }, { as })))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })
})

describe('the list of projects', () => {
  it('is paged, newest first, each project once', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await t.call(projectList, { limit: 7, cursor }, { as })
      expect(page.items.length).toBeLessThanOrEqual(7)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.length).toBeGreaterThan(14)
    expect(seen).toEqual([...new Set(seen)].sort().reverse())
  })

  it.each(['x', '../..', "' or 1=1 --", '\u0000', 'a'.repeat(200)])('refuses the cursor %j', async (cursor) => {
    await expect(t.call(projectList, { cursor }, { as })).rejects.toMatchObject({ code: 'invalid_input', fields: { cursor: expect.any(String) } })
  })

  it('shows the canvas in miniature and the last deployment', async () => {
    const { projectId, environmentId } = await t.project(as, 'Card')
    const web = await t.call(serviceCreate, { environmentId, source: { type: 'template', template: 'two-services' }, x: -10, y: 5 }, { as })
    const deployment = await t.call(deploymentCreate, { serviceId: web.id }, { as })
    const card = (await t.call(projectList, {}, { as })).items.find(({ id }) => id === projectId)!
    expect(card.nodes.map(({ name, state }) => [name, state])).toEqual([['web', 'queued'], ['api', 'not_deployed']])
    expect(card.nodes[0]).toMatchObject({ id: web.id, x: -10, y: 5 })
    expect(card.links).toEqual([{ from: web.id, to: card.nodes[1]!.id }])
    expect(card.lastDeploymentAt).toBe(deployment.createdAt)
  })
})

describe('an environment', () => {
  it('is created, named once per project', async () => {
    const { projectId } = await t.project(as, 'Staged')
    expect(await t.call(environmentCreate, { projectId, name: 'Staging' }, { as })).toMatchObject({ name: 'Staging', slug: 'staging' })
    await expect(t.call(environmentCreate, { projectId, name: 'STAGING' }, { as })).rejects.toMatchObject({ code: 'conflict', fields: { name: expect.any(String) } })
    expect(await t.call(environmentCreate, { projectId, name: 'staging!' }, { as })).toMatchObject({ slug: 'staging-2' })
  })

  it('is the only one of its name when several are created at once', async () => {
    const { projectId } = await t.project(as, 'Raced')
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => t.call(environmentCreate, { projectId, name: 'Preview' }, { as })))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  it('cannot be deleted when it is the last, even when two are deleted at once', async () => {
    const { projectId, environmentId } = await t.project(as, 'Last')
    await expect(t.call(environmentDelete, { environmentId }, { as })).rejects.toMatchObject({ code: 'not_now' })
    const other = await t.call(environmentCreate, { projectId, name: 'other' }, { as })
    const results = await Promise.allSettled([environmentId, other.id].map((id) => t.call(environmentDelete, { environmentId: id }, { as })))
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await t.call(projectGet, { projectId }, { as })).environments).toHaveLength(1)
  })

  it('keeps where nodes stand, all or none', async () => {
    const { environmentId } = await t.project(as, 'Arranged')
    const a = await t.call(serviceCreate, { environmentId, source: node }, { as })
    const b = await t.call(serviceCreate, { environmentId, source: node }, { as })
    const at = async () => (await t.call(environmentGraph, { environmentId }, { as })).nodes.map(({ x, y }) => [x, y])
    await t.call(environmentArrange, { environmentId, positions: [{ serviceId: a.id, x: -1.5, y: 2 }, { serviceId: b.id, x: 3, y: 4 }] }, { as })
    expect(await at()).toEqual([[-1.5, 2], [3, 4]])

    const unknown = newId('service')
    const wrong = t.call(environmentArrange, { environmentId, positions: [{ serviceId: a.id, x: 9, y: 9 }, { serviceId: unknown, x: 0, y: 0 }] }, { as })
    await expect(wrong).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining(unknown) })
    expect(await at()).toEqual([[-1.5, 2], [3, 4]])

    const elsewhere = await t.project(as, 'Elsewhere')
    const foreign = t.call(environmentArrange, { environmentId: elsewhere.environmentId, positions: [{ serviceId: a.id, x: 9, y: 9 }] }, { as })
    await expect(foreign).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is arranged by many at once', async () => {
    const { environmentId } = await t.project(as, 'Busy')
    const services = await Promise.all(Array.from({ length: 8 }, () => t.call(serviceCreate, { environmentId, source: node }, { as })))
    const places = services.map(({ id }) => ({ serviceId: id, x: 1, y: 1 }))
    await Promise.all(Array.from({ length: 10 }, (_, n) => t.call(environmentArrange, { environmentId, positions: n % 2 ? places : [...places].reverse() }, { as })))
  })
})
