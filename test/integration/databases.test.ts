import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databaseAdd, databaseEngines, databaseExpose, databaseHide } from '../../lib/contract/database'
import { deploymentCreate } from '../../lib/contract/deployment'
import { environmentGraph } from '../../lib/contract/project'
import { serviceCreate, serviceGet, serviceInspect, serviceUpdate, variableList, variableReplace, variableReveal } from '../../lib/contract/service'
import type { Source } from '../../lib/contract/source'
import { ServiceSettings } from '../../lib/contract/service-settings'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { engineForTest, type TestEngine } from '../harness/engine'

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
  await found({ postgres: { version: '18.4', missing: null }, redis: { version: null, missing: 'Redis is not installed on this machine. Install it.' } })
})
afterEach(() => t.close())

/** As the worker writes it down after a look at the machine. */
async function found(databases: object): Promise<void> {
  const seen = JSON.stringify({ ok: true, message: 'It is usable.', engineVersion: null, databases, at: new Date().toISOString() })
  await t.database.sql`update targets set seen = ${seen}::text::jsonb where id = ${BUILT_IN_TARGETS.process}`
}

const add = (input: { engine?: 'postgres' | 'redis' | 'mariadb'; version?: string; name?: string } = {}) => t.call(databaseAdd, { environmentId: t.environmentId, engine: 'postgres', ...input }, { as: t.as })
const settings = (part: Partial<ServiceSettings>) => ({ ...ServiceSettings.parse({}), ...part })

describe('engines', () => {
  test('are those that were found on the machine, the others with what to do', async () => {
    const { engines } = await t.call(databaseEngines, { environmentId: t.environmentId }, { as: t.as })
    expect(engines.find(({ engine }) => engine === 'postgres')).toMatchObject({ name: 'PostgreSQL', versions: ['18'], missing: null })
    expect(engines.find(({ engine }) => engine === 'redis')).toMatchObject({ versions: [], missing: 'Redis is not installed on this machine. Install it.' })
    expect(engines.find(({ engine }) => engine === 'mariadb')).toMatchObject({ versions: [], missing: expect.stringContaining('has not been looked at') })
  })

  test('that run elsewhere only say where', async () => {
    await t.database.sql`insert into targets (id, name, kind) values (${BUILT_IN_TARGETS.docker}, 'My Docker', 'docker')`
    await expect(add({ engine: 'redis' })).rejects.toMatchObject({ code: 'not_now', message: 'Redis is not installed on this machine. Install it. Targets that have it: My Docker.' })
    await t.database.sql`update environments set target_id = ${BUILT_IN_TARGETS.docker}`
    const { source, privateUrl } = await add({ engine: 'redis', version: '6' })
    expect(source).toEqual({ type: 'database', engine: 'redis', version: '6' })
    // Known before its image is: whoever refers to it may be deployed first.
    expect(privateUrl).toBe('redis://redis:6379')
    expect((await t.call(databaseEngines, { environmentId: t.environmentId }, { as: t.as })).engines.every(({ missing, versions }) => missing === null && versions.length > 0)).toBe(true)
  })

  test('of a version that the machine does not have are refused', async () => {
    await expect(add({ version: '17' })).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('it has 18') })
  })
})

describe('a database', () => {
  test('is drawn with a volume and generated credentials, and leads to itself by reference', async () => {
    const database = await add()
    expect(database).toMatchObject({ name: 'postgres', source: { type: 'database', engine: 'postgres', version: '18' }, inspection: null, url: database.privateUrl })
    const { variables } = await t.call(variableList, { serviceId: database.id }, { as: t.as })
    expect(Object.fromEntries(variables.map(({ key, value }) => [key, value]))).toEqual({
      POSTGRES_USER: 'app',
      POSTGRES_PASSWORD: null,
      POSTGRES_DB: 'app',
      DATABASE_URL: 'postgresql://${{postgres.POSTGRES_USER}}:${{postgres.POSTGRES_PASSWORD}}@${{postgres.HOST}}:${{postgres.PORT}}/${{postgres.POSTGRES_DB}}',
    })
    const reveal = (serviceId: string) => t.call(variableReveal, { serviceId, key: 'POSTGRES_PASSWORD' }, { as: t.as })
    const second = await add()
    expect(second.name).toBe('postgres-2')
    expect((await reveal(database.id)).value).toMatch(/^[A-Za-z0-9]{32}$/)
    expect((await reveal(second.id)).value).not.toBe((await reveal(database.id)).value)
    const volumes = await t.database.sql`select name, service_id as "serviceId", mount_path as path from volumes order by id`
    expect(volumes).toMatchObject([{ name: 'postgres-data', serviceId: database.id, path: '/var/lib/postgresql' }, { name: 'postgres-2-data', serviceId: second.id }])
  })

  test('is linked to what refers to it, by a reference that follows its name', async () => {
    const database = await add()
    const service = await t.service('api')
    await t.call(variableReplace, { serviceId: service.id, variables: { DATABASE_URL: { value: '${{postgres.DATABASE_URL}}', secret: false } } }, { as: t.as })
    expect((await t.call(environmentGraph, { environmentId: t.environmentId }, { as: t.as })).links).toMatchObject([{ from: service.id, to: database.id, variables: ['DATABASE_URL'] }])
    await t.call(serviceUpdate, { serviceId: database.id, name: 'main db' }, { as: t.as })
    const { variables } = await t.call(variableList, { serviceId: database.id }, { as: t.as })
    expect(variables.find(({ key }) => key === 'DATABASE_URL')!.value).toContain('${{"main db".POSTGRES_PASSWORD}}')
  })

  test('has no route at the proxy, and is not read as a source', async () => {
    const database = await add()
    await t.settle()
    expect(t.ingress.table.routes.map(({ serviceId }) => serviceId)).not.toContain(database.id)
    expect((await t.call(serviceGet, { serviceId: database.id }, { as: t.as })).inspection).toBeNull()
    await expect(t.call(serviceInspect, { serviceId: database.id }, { as: t.as })).rejects.toMatchObject({ code: 'not_now' })
  })

  test.each([
    ['buildCommand', settings({ buildCommand: 'make' })],
    ['startCommand', settings({ startCommand: 'postgres' })],
    ['cron', settings({ cron: { schedule: '@daily', timeZone: 'UTC', overlap: 'skip', timeoutS: 60 } })],
    ['replicas', settings({ replicas: 2 })],
    ['sleepAfterS', settings({ sleepAfterS: 60 })],
    ['guard', settings({ guard: { minutes: 5 } })],
    ['autoDeploy', settings({ autoDeploy: true })],
  ])('refuses %s with a sentence', async (field, wanted) => {
    const database = await add()
    await expect(t.call(serviceUpdate, { serviceId: database.id, settings: wanted }, { as: t.as })).rejects.toMatchObject({ code: 'invalid_input', fields: { [`settings.${field}`]: expect.stringMatching(/database/) } })
  })

  test('stays a database of its engine, and with its line once it has data', async () => {
    const database = await add()
    const become = (source: Source) => t.call(serviceUpdate, { serviceId: database.id, source }, { as: t.as })
    await expect(become({ type: 'template', template: 'node-service' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('cannot become another kind of service') })
    await found({ postgres: { version: '18.4', missing: null }, redis: { version: '7.0.15', missing: null } })
    await expect(become({ type: 'database', engine: 'redis', version: '7' })).rejects.toMatchObject({ message: expect.stringContaining('is of no use to Redis') })
    await t.call(deploymentCreate, { serviceId: database.id }, { as: t.as })
    await t.settle()
    await found({ postgres: { version: '19.1', missing: null } })
    await expect(become({ type: 'database', engine: 'postgres', version: '19' })).rejects.toMatchObject({ message: expect.stringContaining('Take a snapshot of it and restore that into a new database of version 19') })
    const other = await t.service('api')
    await expect(t.call(serviceUpdate, { serviceId: other.id, source: { type: 'database', engine: 'postgres', version: '19' } }, { as: t.as })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('is not deployed without the volume of its data', async () => {
    const database = await add()
    await t.database.sql`update volumes set mount_path = '/elsewhere' where service_id = ${database.id}`
    const { id } = await t.call(deploymentCreate, { serviceId: database.id }, { as: t.as })
    await t.settle()
    expect(await t.outcome(id)).toMatchObject({ status: 'failed', reason: 'volume_missing', message: expect.stringContaining('at /var/lib/postgresql') })
  })

  test('can be drawn as a service with that source', async () => {
    const { source, name } = await t.call(serviceCreate, { environmentId: t.environmentId, name: 'main', source: { type: 'database', engine: 'postgres', version: '18' } }, { as: t.as })
    expect({ source, name }).toEqual({ source: { type: 'database', engine: 'postgres', version: '18' }, name: 'main' })
  })
})

describe('public access', () => {
  const tcp = () => t.ingress.table.tcp ?? []

  test('is off, is on for those who were named, and keeps its port', async () => {
    const database = await add()
    expect(database.publicAccess).toBeNull()
    const { publicAccess } = await t.call(databaseExpose, { serviceId: database.id, allow: ['203.0.113.0/24', '203.0.113.0/24'] }, { as: t.as })
    expect(publicAccess).toMatchObject({ allow: ['203.0.113.0/24'], isHere: expect.any(Boolean) })
    await t.settle()
    expect(tcp()).toEqual([{ serviceId: database.id, port: publicAccess!.port, allow: ['203.0.113.0/24'], targets: [] }])
    expect((await t.call(databaseHide, { serviceId: database.id }, { as: t.as })).publicAccess).toBeNull()
    await t.settle()
    expect(tcp()).toEqual([])
    expect((await t.call(databaseExpose, { serviceId: database.id, allow: ['::/0'] }, { as: t.as })).publicAccess).toEqual({ ...publicAccess, allow: ['::/0'] })
  })

  test('is of databases, and for somebody', async () => {
    const service = await t.service('api')
    await expect(t.call(databaseExpose, { serviceId: service.id, allow: ['203.0.113.7'] }, { as: t.as })).rejects.toMatchObject({ code: 'not_now' })
    const database = await add()
    for (const allow of [[], ['example.com'], ['203.0.113.0/33']]) await expect(t.call(databaseExpose, { serviceId: database.id, allow }, { as: t.as })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
