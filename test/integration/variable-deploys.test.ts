import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { deploymentCreate, deploymentGet, deploymentLogs } from '../../lib/contract/deployment'
import { projectCreate } from '../../lib/contract/project'
import { serviceCreate, serviceGet, serviceUpdate, variableReplace } from '../../lib/contract/service'
import { ServiceSettings } from '../../lib/contract/service-settings'
import { sharedVariableReplace, variableRegenerate } from '../../lib/contract/variable'
import { sealVariable } from '../../lib/secrets/sealed-variables'
import { openEnvironment } from '../../lib/secrets/sealed-environment'
import { engineForTest, type TestEngine } from '../harness/engine'

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

const never = new AbortController().signal
const draw = async (name: string) => (await t.call(serviceCreate, { environmentId: t.environmentId, name, source: { type: 'template', template: 'static-site' } }, { as: t.as })).id
const replace = (serviceId: string, variables: Record<string, unknown>) => t.call(variableReplace, { serviceId, variables } as never, { as: t.as })
const share = (variables: Record<string, unknown>) => t.call(sharedVariableReplace, { environmentId: t.environmentId, variables } as never, { as: t.as })
const get = (deploymentId: string) => t.call(deploymentGet, { deploymentId }, { as: t.as })
const logOf = async (deploymentId: string) => (await t.call(deploymentLogs, { deploymentId, kind: 'build' }, { as: t.as })).lines.map((line) => line.text)
async function deploy(serviceId: string, build: 'always' | 'when_needed' = 'always') {
  const { id } = await t.call(deploymentCreate, { serviceId, build }, { as: t.as })
  await t.settle()
  const deployment = await get(id)
  expect(deployment.status).toBe('active')
  return deployment
}

describe('a change of variables', () => {
  test('is given while a service is built or runs, as each says', async () => {
    const id = await draw('web')
    await replace(id, { BOTH: 'x', BUILD: { value: 'y', scope: 'build' }, RUN: { value: 'z', secret: false, scope: 'run' } })
    const { id: deploymentId } = await deploy(id)
    const env = t.runtime.applied(deploymentId)!.env
    expect([env.BOTH, env.BUILD, env.RUN]).toEqual(['x', undefined, 'z'])
    const [artifact] = await t.database.sql`select built_with as "builtWith" from artifacts where service_id = ${id}`
    expect(Object.keys(artifact!.builtWith as object).filter((key) => !key.startsWith('EASEL_'))).toEqual(['BOTH', 'BUILD'])
    expect(JSON.stringify(artifact)).not.toMatch(/"[xy]"/)
  })

  test('that no build can tell uses the build again, and says so', async () => {
    const id = await draw('web')
    await replace(id, { BUILD: 'b', RUN: { value: 'one', scope: 'run' } })
    const first = await deploy(id)
    await replace(id, { BUILD: { value: null }, RUN: { value: 'two', scope: 'run' }, NEW: { value: 'n', scope: 'run' } })
    const second = await deploy(id, 'when_needed')
    expect(second).toMatchObject({ reuses: first.id, recipe: { framework: 'static' } })
    expect(Object.fromEntries(second.stages.map(({ name, status }) => [name, status]))).toMatchObject({ fetch: 'skipped', build: 'skipped', release: 'done', start: 'done' })
    expect(t.runtime.applied(second.id)!.env).toMatchObject({ BUILD: 'b', RUN: 'two', NEW: 'n' })
    expect(await logOf(second.id)).toContain('Nothing that it is built from has changed: the build of deployment 1 is used again, and nothing is built.')
    // Somebody who asks for a build gets one.
    expect((await deploy(id)).reuses).toBeNull()
  })

  test.each([
    ['a build variable', 'the build variable BUILD has changed.', () => replace(service, { BUILD: 'c', REF: '${{shared.S}}' })],
    ['what a build variable refers to', 'the build variable REF has changed.', () => share({ S: 's2' })],
    ['a new build variable', 'the build variable NEW has changed.', () => replace(service, { BUILD: { value: null }, REF: { value: null }, NEW: 'n' })],
    ['when a variable is given', 'the build variable REF has changed.', () => replace(service, { BUILD: { value: null }, REF: { value: null, scope: 'run' } })],
    ['settings of the build', 'settings of the build have changed.', () => t.call(serviceUpdate, { serviceId: service, settings: ServiceSettings.parse({ outputDirectory: '.' }) }, { as: t.as })],
  ])('builds after a change of %s, and says why', async (_, reason, change) => {
    service = await draw('web')
    await share({ S: 's' })
    await replace(service, { BUILD: 'b', REF: '${{shared.S}}' })
    await deploy(service)
    await change()
    const { id, reuses } = await deploy(service, 'when_needed')
    expect(reuses).toBeNull()
    expect(await logOf(id)).toContain(`It is built: ${reason}`)
  })
  let service: string

  test('is frozen into its deployment, secret parts sealed, and hidden wherever they are printed', async () => {
    const [web, api] = [await draw('web'), await draw('api')]
    await share({ PASSWORD: 'shared-pass-1', HOST: { value: 'db.example', secret: false } })
    await replace(api, { TOKEN: 'pre-${{secret(24)}}', DSN: 'db://u:own-part-2@${{shared.HOST}}' })
    await replace(web, { ALL: { value: 'p=${{shared.PASSWORD}} t=${{api.TOKEN}} d=${{api.DSN}}', secret: false } })
    const first = await deploy(web)
    await share({ PASSWORD: 'shared-pass-2', HOST: { value: 'db2.example', secret: false } })
    await t.call(variableRegenerate, { serviceId: api, key: 'TOKEN' }, { as: t.as })
    const all = t.runtime.applied(first.id)!.env.ALL!
    const [, token] = /^p=shared-pass-1 t=(pre-[A-Za-z0-9]{24}) d=db:\/\/u:own-part-2@db\.example$/.exec(all)!
    const [row] = await t.database.sql`select * from deployments where id = ${first.id}`
    expect(JSON.stringify(row)).not.toMatch(new RegExp(`shared-pass-1|own-part-2|${token}`))
    expect(openEnvironment(t.platform.seal, first.id, row!.environment_sealed as string).variables.ALL).toBe(all)
    const [seen] = await t.engine.driver.observe(null, never)
    t.runtime.print(seen!.name, 'stdout', `${all} ${token!.slice(4)}`)
    await t.engine.collector.drain(seen!)
    await t.engine.collector.drain(seen!)
    const { lines } = await t.call(deploymentLogs, { deploymentId: first.id, kind: 'runtime' }, { as: t.as })
    expect(lines.map((line) => line.text).filter((line) => line.startsWith('p='))).toEqual(['p=[secret] t=[secret] d=[secret] [secret]'])
  })
})

test('a reference never leads out of its environment, however it came to be there', async () => {
  const elsewhere = await t.call(projectCreate, { name: 'Elsewhere' }, { as: t.as })
  const environmentId = elsewhere.environments[0]!.id
  const theirs = await t.call(serviceCreate, { environmentId, name: 'api', source: { type: 'template', template: 'static-site' } }, { as: t.as })
  await replace(theirs.id, { TOKEN: 'their-secret' })
  await t.call(sharedVariableReplace, { environmentId, variables: { TOKEN: 'their-secret' } }, { as: t.as })
  const web = await draw('web')
  await draw('other')
  for (const value of ['${{api.TOKEN}}', '${{shared.TOKEN}}', `\${{"${theirs.id}".TOKEN}}`, `\${{"${environmentId}".TOKEN}}`]) {
    await replace(web, { A: 'a' })
    // As if it had been written before it was refused when it is saved, or a service had gone since.
    await t.database.sql`update variables set value_sealed = ${sealVariable(t.platform.seal, { serviceId: web, key: 'A' }, value)} where service_id = ${web}`
    const { id } = await t.call(deploymentCreate, { serviceId: web }, { as: t.as })
    await t.settle()
    expect(await t.outcome(id)).toMatchObject({ status: 'failed', reason: 'variable_unresolved' })
    expect(JSON.stringify(await get(id)) + (await logOf(id)).join()).not.toContain('their-secret')
  }
  // Not even their row in the place of one of ours opens.
  await t.database.sql`update variables set value_sealed = (select value_sealed from variables where service_id = ${theirs.id}) where service_id = ${web}`
  await expect(t.call(deploymentCreate, { serviceId: web }, { as: t.as })).rejects.toThrow()
})

describe('services that are deployed together', () => {
  async function threeOfThem() {
    const [web, api, db] = [await t.service('web'), await t.service('api'), await t.service('db')]
    await share({ API: '${{api.URL}}' })
    await replace(web.id, { API: '${{shared.API}}' })
    await replace(api.id, { DB: '${{db.URL}}', ITSELF: '${{api.PUBLIC_URL}}' })
    return { web, api, db }
  }
  const startedAt = async (id: string) => (await t.database.sql`select extract(epoch from activated_at)::float8 as at from deployments where id = ${id}`)[0]!.at as number

  test('start in the order of their references, and say whom they wait for', async () => {
    const { web, api, db } = await threeOfThem()
    t.breakNext(db, 'health')
    const [first, second, third] = [await t.deploy(web), await t.deploy(api), await t.deploy(db)]
    await t.settle()
    expect(await get(first)).toMatchObject({ status: 'releasing', waitsFor: ['api'] })
    expect(await get(second)).toMatchObject({ status: 'releasing', waitsFor: ['db'] })
    expect((await t.call(serviceGet, { serviceId: web.id }, { as: t.as })).latest).toMatchObject({ waitsFor: ['api'] })
    expect(t.runtime.applied(first)).toBeNull()
    t.mendNext(db)
    t.runtime.heal(db.id)
    await t.settle({ forMs: 20_000 })
    for (const id of [first, second, third]) expect(await get(id)).toMatchObject({ status: 'active', waitsFor: [] })
    const times = [await startedAt(third), await startedAt(second), await startedAt(first)]
    expect([...times].sort((a, b) => a - b)).toEqual(times)
  })

  test('wait for nobody who has failed', async () => {
    const { web, api, db } = await threeOfThem()
    await writeFile(join(db.folder, 'package.json'), '{ not json')
    t.breakNext(api, 'crash')
    const [first, second, third] = [await t.deploy(web), await t.deploy(api), await t.deploy(db)]
    await t.settle({ forMs: 60_000 })
    expect((await get(third)).status).toBe('failed')
    expect((await get(second)).status).toBe('failed')
    expect((await get(first)).status).toBe('active')
  })

  test('that refer to each other all start', async () => {
    const { web, api, db } = await threeOfThem()
    await replace(db.id, { WEB: '${{web.URL}}' })
    const ids = [await t.deploy(web), await t.deploy(api), await t.deploy(db)]
    await t.settle({ forMs: 20_000 })
    for (const id of ids) expect((await get(id)).status).toBe('active')
  })

  test('do not wait for what is asked for later', async () => {
    const { web, api } = await threeOfThem()
    await mkdir(api.folder, { recursive: true })
    const first = await t.deploy(web)
    await t.settle()
    await t.deploy(api)
    expect(await get(first)).toMatchObject({ status: 'active', waitsFor: [] })
  })
})
