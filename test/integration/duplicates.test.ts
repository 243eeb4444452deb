import { afterAll, beforeAll, expect, it } from 'vitest'

import { databaseAdd } from '../../lib/contract/database'
import { groupCreate } from '../../lib/contract/group'
import { environmentGraph } from '../../lib/contract/project'
import { serviceCreate, serviceDuplicate, serviceUpdate, variableList, variableReplace, variableReveal } from '../../lib/contract/service'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let environmentId: string

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
  environmentId = (await t.project(as)).environmentId
  const seen = JSON.stringify({ ok: true, message: 'It is usable.', engineVersion: null, databases: { postgres: { version: '18.4', missing: null } }, at: new Date().toISOString() })
  await t.database.sql`update targets set seen = ${seen}::text::jsonb where id = ${BUILT_IN_TARGETS.process}`
})
afterAll(() => t.close())

const reveal = async (serviceId: string, key: string) => (await t.call(variableReveal, { serviceId, key }, { as })).value

it('draws a service with the settings and variables of another one, secrets included, and its references to itself follow', async () => {
  const web = await t.call(serviceCreate, { environmentId, name: 'web', source: { type: 'template', template: 'node-service' }, x: 10, y: 20 }, { as })
  await t.call(serviceUpdate, { serviceId: web.id, settings: { ...web.settings, startCommand: 'node other.js', replicas: 3 } }, { as })
  await t.call(variableReplace, { serviceId: web.id, variables: { KEY: { value: 'hidden', secret: true }, SELF: { value: '${{web.URL}}', secret: false } } }, { as })
  const group = await t.call(groupCreate, { environmentId, nodes: [web.id] }, { as })

  const twin = await t.call(serviceDuplicate, { serviceId: web.id }, { as })
  expect(twin).toMatchObject({ name: 'web-2', state: 'not_deployed', source: web.source, groupId: group.id, settings: { startCommand: 'node other.js', replicas: 3 } })
  expect(twin.url).not.toBe(web.url)
  expect(twin.y).toBeGreaterThan(20)
  expect((await t.call(variableList, { serviceId: twin.id }, { as })).variables).toMatchObject([{ key: 'KEY', secret: true, value: null }, { key: 'SELF', value: '${{web-2.URL}}' }])
  expect(await reveal(twin.id, 'KEY')).toBe('hidden')

  // One after the twin is called after both, and what it says of the first stays said of the first.
  await t.call(variableReplace, { serviceId: twin.id, variables: { SELF: { value: '${{web-2.URL}} ${{web.URL}}', secret: false } } }, { as })
  const third = await t.call(serviceDuplicate, { serviceId: twin.id }, { as })
  expect(third.name).toBe('web-3')
  expect((await t.call(variableList, { serviceId: third.id }, { as })).variables).toMatchObject([{ value: '${{web-3.URL}} ${{web.URL}}' }])
})

it('draws it at a place and by a name, unless the name is taken', async () => {
  const [first] = (await t.call(environmentGraph, { environmentId }, { as })).nodes
  expect(await t.call(serviceDuplicate, { serviceId: first!.id, name: 'other', x: -5, y: -6 }, { as })).toMatchObject({ name: 'other', x: -5, y: -6 })
  await expect(t.call(serviceDuplicate, { serviceId: first!.id, name: 'other' }, { as })).rejects.toMatchObject({ code: 'conflict' })
})

it('gives a database other passwords and a volume of its own', async () => {
  const database = await t.call(databaseAdd, { environmentId, engine: 'postgres', version: '18' }, { as })
  const twin = await t.call(serviceDuplicate, { serviceId: database.id }, { as })
  expect(await reveal(twin.id, 'POSTGRES_PASSWORD')).not.toBe(await reveal(database.id, 'POSTGRES_PASSWORD'))
  const { volumes } = await t.call(environmentGraph, { environmentId }, { as })
  expect(volumes.map(({ serviceId }) => serviceId).sort()).toEqual([database.id, twin.id].sort())
})
