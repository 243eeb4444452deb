import { randomBytes } from 'node:crypto'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { changeApply, revisionGet } from '../../lib/contract/change'
import { deploymentCreate } from '../../lib/contract/deployment'
import { serviceCreate, variableReplace, variableReveal } from '../../lib/contract/service'
import { sharedVariableReplace, sharedVariableReveal } from '../../lib/contract/variable'
import { makeSeal } from '../../lib/secrets/seal'
import { SEALED_COLUMNS } from '../../lib/secrets/sealed-columns'
import { openFrozen } from '../../lib/secrets/sealed-variables'
import { connected, rewrapAll, unknownColumns } from '../../lib/supervisor/rotate-key/rewrap'
import { createDatabase } from '../harness/database'
import { platformOn, type TestPlatform } from '../harness/platform'

const [old, fresh] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]
let t: TestPlatform
let database: Awaited<ReturnType<typeof createDatabase>>
beforeAll(async () => {
  database = await createDatabase()
  t = platformOn({ ...database, encryptionKey: old }, {})
})
afterAll(() => t.close())

it('knows every sealed column of the database', async () => {
  expect(await unknownColumns(t.database.sql)).toEqual([])
  const rows = await t.database.sql<{ name: string }[]>`select table_name || '.' || column_name as name from information_schema.columns where column_name like '%\\_sealed'`
  expect(rows.map(({ name }) => name).sort()).toEqual(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort())
})

it('sees the programs of Easel that would go on with the old key', async () => {
  expect(await connected(t.database.sql)).toEqual([])
  const { connect } = await import('../../lib/db/connection')
  const worker = connect(t.url, { poolSize: 1, name: 'worker' })
  await worker.sql`select 1`
  expect(await connected(t.database.sql)).toEqual(['worker'])
  await worker.close()
})

it('gives everything another key, also when it was ended in the midst of it', async () => {
  const as = await t.owner()
  const { environmentId } = await t.project(as)
  const { id: serviceId } = await t.call(serviceCreate, { environmentId, name: 'web', source: { type: 'template', template: 'node-service' } }, { as })
  await t.call(sharedVariableReplace, { environmentId, variables: { KEY: 'shared ${{secret(16)}}' } }, { as })
  await t.call(variableReplace, { serviceId, variables: { A: 'a', B: '${{shared.KEY}}', C: 'c${{secret(8)}}', ...Object.fromEntries(Array.from({ length: 495 }, (_, n) => [`K${n}`, `v${n}`])) } }, { as })
  await t.call(changeApply, { environmentId }, { as })
  const { id: deploymentId } = await t.call(deploymentCreate, { serviceId }, { as })
  // Values of kinds that take a whole world to make, sealed as their own code does.
  const organizationId = as.organization!.id
  const seal = makeSeal(old)
  await t.database.sql`insert into ssh_keys (id, organization_id, name, public_key, fingerprint, private_key_sealed) values ('key_1', ${organizationId}, 'k', 'p', 'f', ${seal.seal('private', 'ssh_key:key_1')})`
  await t.database.sql`insert into registries (id, organization_id, name, server, username, password_sealed) values ('reg_1', ${organizationId}, 'r', 's', 'u', ${seal.seal('password', 'registry:reg_1')})`
  await t.database.sql`insert into stores (id, organization_id, name, endpoint, region, bucket, prefix, access_key_id, secret_sealed, is_path_style) values ('sto_1', ${organizationId}, 's', 'https://s3.example.com', 'r', 'b', '', 'k', ${seal.seal('secret', 'store:sto_1')}, true)`
  await t.database.sql`update deployments set environment_sealed = ${seal.seal('{}', `released-environment:${deploymentId}`)} where id = ${deploymentId}`
  const before = { key: await t.call(sharedVariableReveal, { environmentId, key: 'KEY' }, { as }), c: await t.call(variableReveal, { serviceId, key: 'C' }, { as }) }

  const both = `k2:${fresh},k1:${old}`
  await expect(rewrapAll(t.database.sql, makeSeal(both), () => Promise.reject(new Error('killed')))).rejects.toThrow('killed')
  const left = async () => (await Promise.all(SEALED_COLUMNS.map(({ table, column }) => t.database.sql.unsafe<{ n: number }[]>(`select count(*)::int as n from ${table} where ${column} like 'v1.k1.%'`)))).reduce((sum, [row]) => sum + row!.n, 0)
  const between = await left()
  expect(between).toBeGreaterThan(0)
  expect((await t.database.sql`select count(*)::int as n from variables where value_sealed like 'v1.k2.%'`)[0]!.n).toBeGreaterThan(0)

  // What starts now has both, and everything opens.
  t.platform.seal = makeSeal(both)
  expect(await t.call(variableReveal, { serviceId, key: 'C' }, { as })).toEqual(before.c)
  expect(await t.call(variableReveal, { serviceId, key: 'K494' }, { as })).toMatchObject({ value: 'v494' })

  expect(await rewrapAll(t.database.sql, makeSeal(both))).toEqual({ done: between, unreadable: [] })
  expect(await left()).toBe(0)
  expect(await rewrapAll(t.database.sql, makeSeal(both))).toEqual({ done: 0, unreadable: [] })
  t.platform.seal = makeSeal(`k2:${fresh}`)
  expect(await t.call(variableReveal, { serviceId, key: 'C' }, { as })).toEqual(before.c)
  expect(await t.call(sharedVariableReveal, { environmentId, key: 'KEY' }, { as })).toEqual(before.key)
  expect(await t.call(revisionGet, { environmentId, number: 1 }, { as })).toMatchObject({ services: [] })
  const [row] = await t.database.sql`select variables_sealed as frozen from deployments where id = ${deploymentId}`
  expect(openFrozen(t.platform.seal, deploymentId, row!.frozen as string).A).toMatchObject({ value: 'a' })
})

it('names what opens with no key, and leaves it as it is', async () => {
  await t.database.sql`update variables set value_sealed = 'v1.k1.AAAA.BBBB' where key = 'K7'`
  const [{ id }] = (await t.database.sql`select id from variables where key = 'K7'`) as unknown as [{ id: string }]
  expect(await rewrapAll(t.database.sql, makeSeal(`k2:${fresh},k1:${old}`))).toEqual({ done: 0, unreadable: [`variables.value_sealed ${id}`] })
  expect((await t.database.sql`select value_sealed as v from variables where key = 'K7'`)[0]!.v).toBe('v1.k1.AAAA.BBBB')
})
