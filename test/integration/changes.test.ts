import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { changeApply, changeDiscard, changeList, revisionGet, revisionList, revisionRestore } from '../../lib/contract/change'
import { deploymentCreate, deploymentGet } from '../../lib/contract/deployment'
import { serviceCreate, serviceDelete, serviceGet, serviceList, serviceUpdate, variableList, variableReplace, variableReveal } from '../../lib/contract/service'
import { sharedVariableList, sharedVariableReplace, variableRegenerate } from '../../lib/contract/variable'
import { volumeAttach, volumeCreate, volumeDetach } from '../../lib/contract/volume'
import { ServiceSettings } from '../../lib/contract/service-settings'
import { HIDDEN } from '../../lib/domain/change'
import { openFrozen } from '../../lib/secrets/sealed-variables'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let environmentId: string
let web: string
let api: string

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
})
beforeEach(async () => {
  environmentId = (await t.project(as)).environmentId
  web = await draw('web')
  api = await draw('api')
})
afterAll(() => t.close())

const draw = async (name: string) => (await t.call(serviceCreate, { environmentId, name, source: { type: 'template', template: 'node-service' } }, { as })).id
const changes = () => t.call(changeList, { environmentId }, { as })
const apply = (input: Partial<Parameters<typeof t.call<typeof changeApply.input, typeof changeApply.output>>[1]> = {}) => t.call(changeApply, { environmentId, ...input }, { as })
const discard = (items: { serviceId: string; field?: string }[], fingerprint?: string) => t.call(changeDiscard, { environmentId, items, ...(fingerprint === undefined ? {} : { fingerprint }) }, { as })
const set = (serviceId: string, settings: Record<string, unknown>) => t.call(serviceUpdate, { serviceId, settings: ServiceSettings.parse(settings) }, { as })
const variables = (serviceId: string, all: Record<string, unknown>) => t.call(variableReplace, { serviceId, variables: all } as never, { as })
const valueOf = async (serviceId: string, key: string) => (await t.call(variableReveal, { serviceId, key }, { as })).value
const fieldsOf = async () => (await changes()).changes.map(({ name, differences }) => [name, differences.map(({ field }) => field)])
/** As if its worker had taken a deployment to its health, with a kept build. */
async function activate(serviceId: string): Promise<void> {
  await t.database.sql`
    with newest as (select id from deployments where service_id = ${serviceId} order by number desc limit 1),
    kept as (insert into artifacts (id, service_id, start, working_directory, size_bytes, kind) select replace(id, 'dep_', 'art_'), ${serviceId}, '{"kind":"command","argv":["node"],"env":{}}', '', 1, 'folder' from newest on conflict do nothing returning id),
    former as (update deployments set status = 'retired' where service_id = ${serviceId} and status = 'active')
    select 1`
  const [row] = await t.database.sql`update deployments set status = 'active', artifact_id = coalesce(artifact_id, replace(id, 'dep_', 'art_')) where id = (select id from deployments where service_id = ${serviceId} order by number desc limit 1) returning id`
  await t.database.sql`update services set active_deployment_id = ${row!.id as string}, target_deployment_id = ${row!.id as string} where id = ${serviceId}`
}
async function deployAll(): Promise<void> {
  await apply()
  await activate(web)
  await activate(api)
}

describe('changes', () => {
  it('are every service that was never deployed, and nothing once it is', async () => {
    expect((await changes()).changes.map(({ name, kind, effect }) => ({ name, kind, effect }))).toEqual([
      { name: 'web', kind: 'new', effect: 'build' },
      { name: 'api', kind: 'new', effect: 'build' },
    ])
    await apply({ message: 'First' })
    expect((await changes()).changes).toEqual([])
    await expect(apply()).rejects.toMatchObject({ code: 'not_now' })
  })

  it('tell what differs, with the value before and after, and never a secret', async () => {
    await variables(web, { TOKEN: 'tok-old', PLAIN: { value: 'a', secret: false } })
    await deployAll()
    await set(web, { replicas: 3, health: { path: '/up' } })
    await variables(web, { TOKEN: 'tok-new', PLAIN: { value: 'b', secret: false } })
    const found = await changes()
    expect(found.changes).toMatchObject([
      {
        serviceId: web,
        kind: 'changed',
        effect: 'build',
        differences: [
          { field: 'settings.health.path', before: '/', after: '/up' },
          { field: 'settings.replicas', before: '1', after: '3' },
          { field: 'variables.PLAIN', before: 'a', after: 'b' },
          { field: 'variables.TOKEN', before: HIDDEN, after: HIDDEN, secret: true },
        ],
      },
    ])
    expect(JSON.stringify(found)).not.toMatch(/tok-/)
  })

  it('are gone when somebody sets everything back by hand', async () => {
    await deployAll()
    await set(web, { replicas: 2 })
    await variables(web, { A: 'a' })
    await set(web, {})
    expect(await fieldsOf()).toEqual([['web', ['variables.A']]])
    await variables(web, {})
    expect((await changes()).changes).toEqual([])
    expect((await t.call(serviceGet, { serviceId: web }, { as })).changed).toBe(false)
    // And what is set next is a change again.
    await set(web, { replicas: 2 })
    expect(await fieldsOf()).toEqual([['web', ['settings.replicas']]])
  })

  it('can be discarded one by one, and all of a service at once', async () => {
    await variables(web, { A: 'a', B: 'b' })
    await deployAll()
    await set(web, { replicas: 3, holdS: 5 })
    await variables(web, { A: 'other', C: 'c' })
    await discard([{ serviceId: web, field: 'settings.replicas' }, { serviceId: web, field: 'variables.B' }])
    expect(await fieldsOf()).toEqual([['web', ['settings.holdS', 'variables.A', 'variables.C']]])
    expect(await valueOf(web, 'B')).toBe('b')
    expect((await discard([{ serviceId: web }])).changes).toEqual([])
    expect((await t.call(variableList, { serviceId: web }, { as })).variables.map(({ key }) => key)).toEqual(['A', 'B'])
    expect(await valueOf(web, 'A')).toBe('a')
    expect((await t.call(serviceGet, { serviceId: web }, { as })).changed).toBe(false)
  })

  it('of what was never deployed are not discarded, nor of another environment', async () => {
    await expect(discard([{ serviceId: web }])).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('web was never deployed') })
    const other = (await t.project(as)).environmentId
    await expect(t.call(changeDiscard, { environmentId: other, items: [{ serviceId: web }] }, { as })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('are not discarded into a circle of references', async () => {
    await variables(web, { URL: { value: '${{api.URL}}', secret: false } })
    await deployAll()
    await variables(web, {})
    await variables(api, { URL: { value: '${{web.URL}}', secret: false } })
    await expect(discard([{ serviceId: web }])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('circle') })
    expect((await t.call(variableList, { serviceId: web }, { as })).variables).toEqual([])
  })

  it('tell when a variable is given, and what a generator gave anew', async () => {
    await variables(web, { A: { value: 'a', secret: false }, KEY: '${{secret(16)}}' })
    await deployAll()
    await variables(web, { A: { value: 'a', secret: false, scope: 'run' }, KEY: { value: null } })
    await t.call(variableRegenerate, { serviceId: web, key: 'KEY' }, { as })
    expect((await changes()).changes[0]!.differences).toMatchObject([
      { field: 'variables.A', before: 'a (build and run)', after: 'a (run only)', effect: 'rebuild' },
      { field: 'variables.KEY', label: 'KEY, generated anew', before: '••••••••', after: '••••••••', effect: 'rebuild' },
    ])
    await discard([{ serviceId: web }])
    expect((await changes()).changes).toEqual([])
    await variables(web, { A: { value: 'a', secret: false }, KEY: { value: null }, RUN: { value: 'r', scope: 'run' } })
    expect((await changes()).changes[0]).toMatchObject({ effect: expect.any(String), differences: [{ field: 'variables.RUN', effect: 'restart' }] })
  })

  it('of what variables refer to stay until they are deployed, whatever is set back meanwhile', async () => {
    await t.call(sharedVariableReplace, { environmentId, variables: { LEVEL: { value: 'info', secret: false } } }, { as })
    await variables(web, { LEVEL: { value: '${{shared.LEVEL}}', secret: false } })
    await deployAll()
    await t.call(sharedVariableReplace, { environmentId, variables: { LEVEL: { value: 'debug', secret: false } } }, { as })
    await variables(web, { LEVEL: { value: '${{shared.LEVEL}}', secret: false }, NEW: 'n' })
    await variables(web, { LEVEL: { value: '${{shared.LEVEL}}', secret: false } })
    expect((await changes()).changes).toMatchObject([{ serviceId: web, differences: [{ field: 'name', label: 'What its variables refer to', effect: 'rebuild' }] }])
    await deployAll()
    expect((await changes()).changes).toEqual([])
  })

  it('are not discarded where another service refers to them, and reach who refers to what is set back', async () => {
    await variables(api, { KEY: { value: '1', secret: false } })
    await variables(web, { USES: { value: '${{api.KEY}}', secret: false } })
    await deployAll()
    await variables(api, { KEY: { value: '2', secret: false }, MORE: { value: 'm', secret: false } })
    await variables(web, { USES: { value: '${{api.KEY}}${{api.MORE}}', secret: false } })
    await expect(discard([{ serviceId: api }])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('web.USES refers to it') as string })
    await apply({ serviceIds: [web] })
    await activate(web)
    expect((await changes()).changes.map(({ name }) => name)).toEqual(['api'])
    await discard([{ serviceId: api, field: 'variables.KEY' }])
    expect((await changes()).changes.map(({ name }) => name)).toEqual(['web', 'api'])
  })

  it('are refused when they are not the ones that were looked at', async () => {
    await deployAll()
    await set(web, { replicas: 2 })
    const { fingerprint } = await changes()
    await set(api, { replicas: 2 })
    await expect(apply({ fingerprint })).rejects.toMatchObject({ code: 'conflict' })
    await expect(discard([{ serviceId: web }], fingerprint)).rejects.toMatchObject({ code: 'conflict' })
    expect(await fieldsOf()).toHaveLength(2)
    await apply({ fingerprint: (await changes()).fingerprint })
    expect((await changes()).changes).toEqual([])
  })
})

describe('a volume', () => {
  const add = async (name: string) => (await t.call(volumeCreate, { environmentId, name }, { as })).id
  const attach = (volumeId: string, serviceId = web, path = '/data') => t.call(volumeAttach, { volumeId, serviceId, path }, { as })
  const serviceOf = async (volumeId: string) => (await t.database.sql`select service_id as id from volumes where id = ${volumeId}`)[0]!.id as string | null

  it('that is attached is a change until it is deployed, and none when it is detached again', async () => {
    await deployAll()
    const volumeId = await add('data')
    await attach(volumeId)
    expect((await changes()).changes).toMatchObject([{ name: 'web', effect: 'restart', pauses: true, differences: [{ field: `mounts.${volumeId}`, label: 'Volume data', before: null, after: '/data' }] }])
    await t.call(volumeDetach, { volumeId }, { as })
    expect((await changes()).changes).toEqual([])
    await attach(volumeId)
    await discard([{ serviceId: web, field: `mounts.${volumeId}` }])
    expect(await serviceOf(volumeId)).toBeNull()
    expect((await changes()).changes).toEqual([])
  })

  it('is attached again with a revision that had it, where it is free', async () => {
    const [kept, moved] = [await add('kept'), await add('moved')]
    await attach(kept)
    await attach(moved, web, '/moved')
    await deployAll()
    await t.call(volumeDetach, { volumeId: kept }, { as })
    await t.call(volumeDetach, { volumeId: moved }, { as })
    await apply()
    await activate(web)
    await attach(moved, api, '/moved')
    const { left } = await t.call(revisionRestore, { environmentId, number: 1 }, { as })
    expect(left).toEqual(['The volume moved was not attached to web again: it is attached to another service.'])
    expect([await serviceOf(kept), await serviceOf(moved)]).toEqual([web, null])
  })
})

describe('deploying changes', () => {
  it('takes the kept build where nothing of it is built another way, and builds where it is', async () => {
    await deployAll()
    await set(web, { replicas: 2 })
    await set(api, { buildCommand: 'npm run build' })
    expect((await changes()).changes.map(({ name, effect }) => [name, effect])).toEqual([['web', 'restart'], ['api', 'build']])
    const { deployments } = await apply()
    const [ofWeb, ofApi] = await Promise.all([web, api].map((id) => t.call(deploymentGet, { deploymentId: deployments.find(({ serviceId }) => serviceId === id)!.deploymentId }, { as })))
    expect(ofWeb!.reuses).not.toBeNull()
    expect(ofApi!.reuses).toBeNull()
  })

  it('can take a part of them', async () => {
    await deployAll()
    await set(web, { replicas: 2 })
    await set(api, { replicas: 2 })
    const { revision } = await apply({ serviceIds: [api], message: 'Only the api' })
    expect(revision).toMatchObject({ number: 2, message: 'Only the api', deployed: ['api'], createdBy: { name: 'Olivia Owner' } })
    expect(await fieldsOf()).toEqual([['web', ['settings.replicas']]])
    await expect(apply({ serviceIds: [api] })).rejects.toMatchObject({ code: 'not_now' })
  })

  it('freezes the variables as they are set', async () => {
    await variables(web, { A: 'one' })
    const { deployments } = await apply({ serviceIds: [web] })
    await variables(web, { A: 'two' })
    const id = deployments[0]!.deploymentId
    const [row] = await t.database.sql`select variables_sealed as sealed from deployments where id = ${id}`
    expect(openFrozen(t.platform.seal, id, row!.sealed as string)).toEqual({ A: { value: 'one', secret: true, scope: 'both' } })
  })

  it('of one service by itself is a revision too, when something of it is changed', async () => {
    await t.call(deploymentCreate, { serviceId: web }, { as })
    await activate(web)
    await t.call(deploymentCreate, { serviceId: web }, { as })
    expect((await t.call(revisionList, { environmentId }, { as })).items.map(({ number, deployed }) => [number, deployed])).toEqual([[1, ['web']]])
  })
})

describe('what somebody else changed meanwhile', () => {
  it('is not written over', async () => {
    const { revision } = await t.call(serviceGet, { serviceId: web }, { as })
    await set(web, { replicas: 2 })
    await expect(t.call(serviceUpdate, { serviceId: web, settings: ServiceSettings.parse({ holdS: 9 }), ifRevision: revision }, { as })).rejects.toMatchObject({ code: 'conflict', message: 'You, elsewhere, changed web meanwhile. Look at what is set now, then make your change again.' })
    await expect(t.call(variableReplace, { serviceId: web, variables: {}, ifRevision: revision }, { as })).rejects.toMatchObject({ code: 'conflict' })
    expect((await t.call(serviceGet, { serviceId: web }, { as })).settings.replicas).toBe(2)
  })
})

describe('a revision', () => {
  it('is compared with what is set now, and with another', async () => {
    await deployAll()
    await set(web, { replicas: 2 })
    await apply()
    await activate(web)
    await t.call(serviceDelete, { serviceId: api }, { as })
    await draw('worker')
    const { services } = await t.call(revisionGet, { environmentId, number: 1 }, { as })
    expect(services).toMatchObject([{ name: 'web', kind: 'changed', differences: [{ field: 'settings.replicas', before: '1', after: '2' }] }, { name: 'api', kind: 'gone' }, { name: 'worker', kind: 'added' }])
    expect((await t.call(revisionGet, { environmentId, number: 1, with: 2 }, { as })).services).toMatchObject([{ name: 'web', kind: 'changed' }])
  })

  it('is restored as changes: settings, variables with their bytes, and services that are gone', async () => {
    await variables(web, { TOKEN: 'tok\n"€ ' })
    await deployAll()
    await variables(web, { OTHER: 'x' })
    await set(web, { replicas: 4 })
    await apply()
    await activate(web)
    await t.call(serviceDelete, { serviceId: api }, { as })
    const { left, changes: waiting } = await t.call(revisionRestore, { environmentId, number: 1 }, { as })
    expect(left).toEqual([])
    expect(waiting.map(({ kind, differences }) => [kind, differences.map(({ field }) => field)])).toEqual([
      ['changed', ['settings.replicas', 'variables.OTHER', 'variables.TOKEN']],
      ['new', []],
    ])
    expect(await valueOf(web, 'TOKEN')).toBe('tok\n"€ ')
    expect((await t.call(serviceList, { environmentId }, { as })).items).toHaveLength(2)
    // Nothing was deployed by it.
    expect((await t.call(revisionList, { environmentId }, { as })).items).toHaveLength(2)
  })

  it('has what the environment shared then, too', async () => {
    const share = (all: Record<string, unknown>) => t.call(sharedVariableReplace, { environmentId, variables: all } as never, { as })
    await share({ LEVEL: { value: 'info', secret: false }, KEY: 'key-1' })
    await deployAll()
    await share({ LEVEL: { value: 'debug', secret: false }, USED: { value: 'x', secret: false }, LATER: 'y' })
    await variables(web, { USES: { value: '${{shared.USED}}', secret: false } })
    await variables(api, { USES: { value: '${{shared.USED}}', secret: false } })
    const { services } = await t.call(revisionGet, { environmentId, number: 1 }, { as })
    expect(services.find(({ name }) => name === 'Shared variables')).toMatchObject({ kind: 'changed', differences: [{ field: 'variables.KEY', before: HIDDEN, after: null }, { field: 'variables.LATER' }, { field: 'variables.LEVEL', before: 'info', after: 'debug' }, { field: 'variables.USED' }] })
    await draw('worker').then((id) => variables(id, { USES: { value: '${{shared.USED}}', secret: false } }))
    const { left } = await t.call(revisionRestore, { environmentId, number: 1 }, { as })
    expect(left).toEqual(['The shared variable USED stays, because something refers to it.'])
    const { variables: shared } = await t.call(sharedVariableList, { environmentId }, { as })
    expect(shared.map(({ key, value }) => [key, value])).toEqual([['KEY', null], ['LEVEL', 'info'], ['USED', 'x']])
  })

  it('leaves a variable that a service drawn since refers to', async () => {
    await deployAll()
    await variables(api, { LATER: { value: 'l', secret: false } })
    const worker = await draw('worker')
    await variables(worker, { USES: { value: '${{api.LATER}}', secret: false } })
    const { left } = await t.call(revisionRestore, { environmentId, number: 1 }, { as })
    expect(left).toEqual(['The variable LATER of api stays, because something refers to it.'])
    expect(await valueOf(api, 'LATER')).toBe('l')
  })

  it('leads to the services that it meant, whatever they are called by now', async () => {
    await variables(api, { KEY: { value: 'k', secret: false } })
    await variables(web, { FOUND: { value: '${{api.KEY}}', secret: false } })
    await deployAll()
    await t.call(serviceUpdate, { serviceId: api, name: 'my api' }, { as })
    await variables(web, { FOUND: { value: '${{"my api".KEY}}', secret: false }, OTHER: { value: 'x', secret: false } })
    // The name alone is no change of who refers to it.
    expect((await fieldsOf()).find(([name]) => name === 'web')).toEqual(['web', ['variables.OTHER']])
    await variables(web, {})
    await t.call(revisionRestore, { environmentId, number: 1 }, { as })
    expect(await valueOf(web, 'FOUND')).toBe('${{"my api".KEY}}')
    await variables(web, { FOUND: { value: 'gone', secret: false } })
    await discard([{ serviceId: web }])
    expect(await valueOf(web, 'FOUND')).toBe('${{"my api".KEY}}')
  })

  it('is sealed, and of its own environment only', async () => {
    await variables(web, { TOKEN: 'tok-123456' })
    await apply()
    expect(JSON.stringify(await t.database.sql`select * from revisions where environment_id = ${environmentId}`)).not.toContain('tok-123456')
    const other = (await t.project(as)).environmentId
    await expect(t.call(revisionGet, { environmentId: other, number: 1 }, { as })).rejects.toMatchObject({ code: 'not_found' })
    await expect(t.call(revisionRestore, { environmentId: other, number: 1 }, { as })).rejects.toMatchObject({ code: 'not_found' })
  })
})
