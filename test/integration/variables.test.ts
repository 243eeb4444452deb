import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { deploymentCreate } from '../../lib/contract/deployment'
import { serviceCreate, serviceGet, variableList, variableReplace, variableReveal } from '../../lib/contract/service'
import { openFrozen } from '../../lib/secrets/sealed-variables'
import { eventsOf } from '../harness/as-worker'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let environmentId: string
let serviceId: string

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
})
beforeEach(async () => {
  environmentId = (await t.project(as)).environmentId
  serviceId = (await create('web')).id
})
afterAll(() => t.close())

const create = (name: string) => t.call(serviceCreate, { environmentId, name, source: { type: 'template', template: 'node-service' } }, { as })
const replace = (variables: Record<string, unknown>, id = serviceId) => t.call(variableReplace, { serviceId: id, variables } as never, { as })
const revisionOf = async (id: string) => (await t.database.sql`select config_revision as n from services where id = ${id}`)[0]!.n as number

describe('variables', () => {
  it('are secret unless said otherwise, and secrets are never shown', async () => {
    const view = await replace({ TOKEN: 'tok-123456', GREETING: { value: 'hello', secret: false }, EMPTY: '' })
    expect(view.variables).toMatchObject([
      { key: 'EMPTY', value: null, secret: true },
      { key: 'GREETING', value: 'hello', secret: false },
      { key: 'TOKEN', value: null, secret: true },
    ])
    const { ticket, ...listed } = view
    expect(ticket).toBeNull()
    expect(await t.call(variableList, { serviceId }, { as })).toEqual(listed)
  })

  it('are sealed in the database, plain ones too, each for its own row', async () => {
    await replace({ TOKEN: 'tok-123456', PLAIN: { value: 'seen-by-all', secret: false } })
    const rows = await t.database.sql`select * from variables where service_id = ${serviceId}`
    expect(JSON.stringify(rows)).not.toMatch(/tok-123456|seen-by-all/)
    await t.database.sql`update variables v set value_sealed = o.value_sealed from variables o where v.service_id = ${serviceId} and o.service_id = ${serviceId} and v.key = 'TOKEN' and o.key = 'PLAIN'`
    await expect(t.call(variableReveal, { serviceId, key: 'TOKEN' }, { as })).rejects.toThrow()
  })

  it('are replaced as a whole; null keeps a value', async () => {
    await replace({ A: 'a', B: 'b' })
    const view = await replace({ A: { value: null }, C: 'c' })
    expect(view.variables.map(({ key }) => key)).toEqual(['A', 'C'])
    expect(await t.call(variableReveal, { serviceId, key: 'A' }, { as })).toEqual({ key: 'A', value: 'a', filled: 'a' })
    await expect(replace({ B: { value: null } })).rejects.toMatchObject({ code: 'invalid_input', fields: { 'variables.B': expect.any(String) } })
    await expect(replace({ A: { value: null, secret: false } })).rejects.toMatchObject({ code: 'invalid_input', fields: { 'variables.A': expect.any(String) } })
    expect((await t.call(variableList, { serviceId }, { as })).variables.map(({ key }) => key)).toEqual(['A', 'C'])
  })

  it('raise the revision of the configuration only when they change', async () => {
    const before = await revisionOf(serviceId)
    await replace({ A: 'a' })
    await replace({ A: 'a' })
    await replace({ A: { value: null } })
    expect(await revisionOf(serviceId)).toBe(before + 1)
    await replace({})
    expect(await revisionOf(serviceId)).toBe(before + 2)
  })

  it('mark a deployed service as changed until it is deployed again', async () => {
    const changed = async () => (await t.call(serviceGet, { serviceId }, { as })).changed
    await replace({ A: 'a' })
    expect(await changed()).toBe(false)
    await t.call(deploymentCreate, { serviceId }, { as })
    await replace({ A: 'b' })
    expect(await changed()).toBe(true)
    await t.call(deploymentCreate, { serviceId }, { as })
    expect(await changed()).toBe(false)
  })

  it('are frozen into a deployment, references as they are written', async () => {
    await replace({ A: 'a', URL: { value: '${{web.PUBLIC_URL}}', secret: false } })
    const { id } = await t.call(deploymentCreate, { serviceId }, { as })
    await replace({ A: 'later' })
    const [row] = await t.database.sql`select variables_sealed as sealed from deployments where id = ${id}`
    expect(openFrozen(t.platform.seal, id, row!.sealed as string)).toEqual({ A: { value: 'a', secret: true, scope: 'both' }, URL: { value: '${{web.PUBLIC_URL}}', secret: false, scope: 'both' } })
  })

  it('are revealed one by one, which is recorded without the value', async () => {
    await replace({ TOKEN: 'tok-123456' })
    expect(await t.call(variableReveal, { serviceId, key: 'TOKEN' }, { as })).toEqual({ key: 'TOKEN', value: 'tok-123456', filled: 'tok-123456' })
    await expect(t.call(variableReveal, { serviceId, key: 'OTHER' }, { as })).rejects.toMatchObject({ code: 'not_found' })
    expect(await eventsOf(t.database, serviceId)).toEqual(['service.created', 'variables.replaced', 'variable.revealed'])
    expect(JSON.stringify(await t.database.sql`select data, subject from events`)).not.toContain('tok-123456')
  })

  it('of the platform are listed', async () => {
    const { platform } = await t.call(variableList, { serviceId }, { as })
    const service = await t.call(serviceGet, { serviceId }, { as })
    expect(Object.fromEntries(platform.map(({ key, value }) => [key, value]))).toMatchObject({
      EASEL_PUBLIC_URL: service.url,
      EASEL_PRIVATE_URL: service.privateUrl,
      EASEL_PROJECT: 'Shop',
      EASEL_ENVIRONMENT: 'production',
      EASEL_SERVICE: 'web',
    })
    expect(platform.map(({ key }) => key)).toEqual(expect.arrayContaining(['PORT', 'EASEL_DEPLOYMENT_ID', 'EASEL_COMMIT']))
  })

  it.each([
    ['a name of the platform', { PORT: '1' }],
    ['another name of the platform', { EASEL_X: '1' }],
    ['a name that a shell would run', { '$(id)': '1' }],
    ['an empty name', { '': '1' }],
    ['a zero byte', { A: 'x\0' }],
    ['half a character', { A: '\ud800' }],
    ['a value that is too long', { A: 'x'.repeat(65_537) }],
    ['too many', Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`K${n}`, 'v']))],
    ['a value that is no text', { A: 1 }],
  ])('are refused: %s', async (_, variables) => {
    await expect(replace(variables)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('take 500 long values', async () => {
    const view = await replace(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`K${n}`, 'v'.repeat(1500)])))
    expect(view.variables).toHaveLength(500)
  })

  it('that many replace at once end as one of them said', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, n) => replace({ [`K${n}`]: 'x', SHARED: String(n) })))
    const { variables } = await t.call(variableList, { serviceId }, { as })
    const shared = await t.call(variableReveal, { serviceId, key: 'SHARED' }, { as })
    expect(variables.map(({ key }) => key).sort()).toEqual([`K${shared.value}`, 'SHARED'])
  })
})

describe('references', () => {
  it.each([
    ['a service that does not exist', '${{later.URL}}', 'web.A refers to later.URL, but this environment has no service named later.'],
    ['a variable that does not exist', 'x ${{ web.NOT_YET }}', 'web.A refers to web.NOT_YET, but web has no variable NOT_YET.'],
    ['a shared variable that does not exist', '${{shared.GONE}}', 'web.A refers to shared.GONE, but the shared variables of this environment have no variable GONE.'],
    ['what is no reference', '${{later}}', expect.stringContaining('${{later}} is no reference.')],
    ['a generator of nothing', '${{secret(2)}}', expect.stringContaining('8 to 1024 characters')],
  ])('are refused when they lead to %s', async (_, value, message) => {
    await expect(replace({ B: 'b', A: value })).rejects.toMatchObject({ code: 'invalid_input', fields: { 'variables.A': message } })
    expect((await t.call(variableList, { serviceId }, { as })).variables).toEqual([])
  })

  it('that have lost what they lead to leave other changes alone', async () => {
    const api = await create('api')
    await replace({ A: '${{api.URL}}' })
    await t.database.sql`delete from services where id = ${api.id}`
    await replace({ A: { value: null }, B: 'b' })
    await expect(replace({ A: '${{api.URL}}!', B: 'b' })).rejects.toMatchObject({ code: 'invalid_input', fields: { 'variables.A': expect.any(String) } })
  })

  it('keep what they lead to from being removed', async () => {
    const api = await create('api')
    await replace({ B: 'b', URL: 'mine' }, api.id)
    await replace({ A: '${{api.B}}', U: '${{api.URL}}' })
    await expect(replace({ URL: { value: null } }, api.id)).rejects.toMatchObject({ code: 'invalid_input', fields: { 'variables.B': 'Cannot be removed: web.A refers to it. Change that first.' } })
    // Without its own URL there is still the one that every service has.
    await replace({ B: { value: null } }, api.id)
    await replace({ U: { value: null } })
    await replace({}, api.id)
  })

  it('that grow without end are refused with what is too long', async () => {
    const bomb = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`A${n}`, `\${{web.A${n + 1}}}\${{web.A${n + 1}}}`]))
    await expect(replace({ ...bomb, A20: 'boom' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/web\.A\d+ becomes longer than 131071 bytes once its references are filled in/) })
  })

  it('mark everyone as changed whose values change', async () => {
    const [api, db] = [await create('api'), await create('db')]
    await replace({ B: 'b' }, api.id)
    await replace({ A: '<${{api.B}}>' })
    const before = [await revisionOf(serviceId), await revisionOf(api.id), await revisionOf(db.id)] as const
    await replace({ B: 'c' }, api.id)
    expect([await revisionOf(serviceId), await revisionOf(api.id), await revisionOf(db.id)]).toEqual([before[0] + 1, before[1] + 1, before[2]])
  })

  it('that form a circle are refused with its path, and nothing is written', async () => {
    const api = await create('api')
    await replace({ A: 'a' })
    await replace({ B: '${{web.A}}' }, api.id)
    await expect(replace({ A: '${{api.B}}', C: 'c' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('web.A → api.B → web.A'), fields: { 'variables.A': expect.any(String) } })
    expect((await t.call(variableList, { serviceId }, { as })).variables).toMatchObject([{ key: 'A' }])
    await replace({ A: '${{api.URL}}' })
  })

  it('written by two at once never close a circle', async () => {
    const api = await create('api')
    await replace({ A: 'a' })
    await replace({ B: 'b' }, api.id)
    const results = await Promise.allSettled([replace({ A: '${{api.B}}' }), replace({ B: '${{web.A}}' }, api.id)])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})
