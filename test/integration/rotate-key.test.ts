import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { changeApply, revisionGet } from '../../lib/contract/change'
import { deploymentCreate } from '../../lib/contract/deployment'
import { serviceCreate, variableReplace, variableReveal } from '../../lib/contract/service'
import { sharedVariableReplace, sharedVariableReveal } from '../../lib/contract/variable'
import { log } from '../../lib/log'
import { certificateFile } from '../../lib/provisioning/ingress/embedded/tls/certificate-file'
import { makeSeal } from '../../lib/secrets/seal'
import { SEALED_COLUMNS } from '../../lib/secrets/sealed-columns'
import { openFrozen } from '../../lib/secrets/sealed-variables'
import { connected, rewrapAll, unknownColumns } from '../../lib/supervisor/rotate-key/rewrap'
import { rewrapKeptCertificates } from '../../lib/supervisor/rotate-key/rewrap-file'
import { createDatabase } from '../harness/database'
import { bundleKeyRotation } from '../harness/programs'
import { platformOn, type TestPlatform } from '../harness/platform'
import { until } from '../harness/until'

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
  await t.database.sql`insert into alert_channels (id, organization_id, name, settings, secret_sealed) values ('chn_1', ${organizationId}, 'c', '{}'::jsonb, ${seal.seal('secret', 'channel:chn_1')})`
  await t.database.sql`insert into drains (id, organization_id, name, settings, secret_sealed, kinds, from_id) values ('drn_1', ${organizationId}, 'd', '{}'::jsonb, ${seal.seal('secret', 'drain:drn_1')}, '[]'::jsonb, 0)`
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

it('is finished by calling the command again when it was killed in the middle', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'easel-key-'))
  const other = await createDatabase()
  // Connected by no name of Easel's, whose programs the command does not run beside.
  const sql = postgres(other.url, { max: 2, onnotice: () => {} })
  const withKey = async <T>(encryptionKey: string, work: (sealed: TestPlatform) => Promise<T>): Promise<T> => {
    const sealed = platformOn({ url: other.url, drop: async () => {}, encryptionKey }, {})
    return work(sealed).finally(() => sealed.close())
  }
  try {
    const { as, serviceId } = await withKey(old, async (sealed) => {
      const as = await sealed.owner()
      const { environmentId } = await sealed.project(as)
      return { as, serviceId: (await sealed.call(serviceCreate, { environmentId, name: 'web', source: { type: 'template', template: 'node-service' } }, { as })).id }
    })
    const opens = (key: string) =>
      withKey(key, async (sealed) => {
        for (const n of [0, 500, 1_199]) expect(await sealed.call(variableReveal, { serviceId, key: `K${n}` }, { as })).toMatchObject({ value: `v${n}` })
      })
    const seal = makeSeal(old)
    // More than one batch.
    const rows = Array.from({ length: 1_200 }, (_, n) => ({ id: `var_${n}`, service_id: serviceId, key: `K${n}`, value_sealed: seal.seal(`v${n}`, `variable:${serviceId}:K${n}`), secret: true }))
    await sql`insert into variables ${sql(rows)}`
    const file = join(folder, 'secrets', 'encryption-key')
    mkdirSync(join(folder, 'secrets'), { recursive: true })
    writeFileSync(file, `${old}\n`, { mode: 0o600 })
    const program = await bundleKeyRotation()
    const call = () => {
      const child = spawn(process.execPath, ['-e', `import(${JSON.stringify(program)}).then((it) => it.rotateKey(process.cwd())).then((code) => process.exit(code))`], { env: { PATH: process.env.PATH, EASEL_DATA_DIR: folder, DATABASE_URL: other.url } as unknown as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'inherit'] })
      child.stdout.setEncoding('utf8')
      return child
    }
    const keysIn = async () => Object.fromEntries((await sql<{ key: string; n: number }[]>`select split_part(value_sealed, '.', 2) as key, count(*)::int as n from variables group by 1`).map(({ key, n }) => [key, n]))

    // It waits for the last one, and gets no further.
    await sql.begin(async (tx) => {
      await tx`select 1 from variables where id = (select max(id) from variables) for update`
      const first = call()
      await until('some to be sealed anew', async () => ((await keysIn()).k2 ?? 0) > 0)
      first.kill('SIGKILL')
      expect(await once(first, 'close')).toEqual([null, 'SIGKILL'])
    })
    const both = readFileSync(file, 'utf8').trim()
    expect(both).toMatch(/^k2:[0-9a-f]{64},k1:[0-9a-f]{64}$/)
    expect(Object.keys(await keysIn()).sort()).toEqual(['k1', 'k2'])
    // What is started now goes on with both.
    await opens(both)

    const second = call()
    let said = ''
    second.stdout.on('data', (text: string) => (said += text))
    expect(await once(second, 'close')).toEqual([0, null])
    expect(said).toContain('Going on with the rotation to k2 that was interrupted')
    expect(await keysIn()).toEqual({ k2: 1_200 })
    const fresh = readFileSync(file, 'utf8').trim()
    expect(fresh).toBe(both.split(',')[0])
    await opens(fresh)
  } finally {
    await sql.end({ timeout: 5 })
    await other.drop()
    rmSync(folder, { recursive: true, force: true })
  }
})

it('has the certificates that the ingress keeps opened by the present key, whatever else is in that file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'easel-kept-'))
  const file = join(folder, 'certificates.json')
  try {
    const certificate = { id: 'crt_1', fingerprint: 'aa', hosts: ['www.example.com'], chainPem: 'chain', keyPem: 'the key' }
    await certificateFile(file, makeSeal(old), log).save([certificate, { ...certificate, id: 'crt_2' }], () => null)
    const [first, second] = JSON.parse(readFileSync(file, 'utf8')) as { keySealed: string }[]
    // One that no key opens stays as it is, and keeps none of the others from being opened.
    writeFileSync(file, JSON.stringify([first, { ...second, keySealed: 'v1.k1.AAAA.BBBB' }]))
    const both = makeSeal(`k2:${fresh},k1:${old}`)
    expect(await rewrapKeptCertificates(file, both)).toBe(1)
    expect(await rewrapKeptCertificates(file, both)).toBe(0)
    expect(await certificateFile(file, makeSeal(`k2:${fresh}`), log).load()).toEqual([{ certificate, trouble: null }])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    writeFileSync(file, 'broken')
    expect(await rewrapKeptCertificates(file, both)).toBe(0)
    expect(readFileSync(file, 'utf8')).toBe('broken')
    expect(await rewrapKeptCertificates(join(folder, 'nothing.json'), both)).toBe(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
