import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { deploymentCreate } from '../../lib/contract/deployment'
import { environmentCreate } from '../../lib/contract/project'
import { serviceCreate, serviceGet, serviceUpdate, variableList, variableReplace, variableReveal } from '../../lib/contract/service'
import { sharedVariableExport, sharedVariableImport, sharedVariableList, sharedVariableRegenerate, sharedVariableReplace, sharedVariableReveal, variableExport, variableImport, variableRegenerate } from '../../lib/contract/variable'
import { openFrozen } from '../../lib/secrets/sealed-variables'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let projectId: string
let environmentId: string
let serviceId: string

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
})
beforeEach(async () => {
  ;({ projectId, environmentId } = await t.project(as))
  serviceId = (await create('web')).id
})
afterAll(() => t.close())

const create = (name: string, environment = environmentId) => t.call(serviceCreate, { environmentId: environment, name, source: { type: 'template', template: 'node-service' } }, { as })
const replace = (variables: Record<string, unknown>, id = serviceId) => t.call(variableReplace, { serviceId: id, variables } as never, { as })
const share = (variables: Record<string, unknown>, id = environmentId) => t.call(sharedVariableReplace, { environmentId: id, variables } as never, { as })
const reveal = (key: string) => t.call(variableReveal, { serviceId, key }, { as })
const changed = async (id = serviceId) => (await t.call(serviceGet, { serviceId: id }, { as })).changed
const typesOf = async () => (await t.database.sql`select type from events where environment_id = ${environmentId} order by id`).map((row) => row.type as string)

describe('shared variables', () => {
  it('are sealed, secret unless said otherwise, and say who uses them', async () => {
    await share({ TOKEN: 'tok-123456', LEVEL: { value: 'info', secret: false } })
    await replace({ A: 'Bearer ${{shared.TOKEN}}' })
    expect((await t.call(sharedVariableList, { environmentId }, { as })).variables).toMatchObject([
      { key: 'LEVEL', value: 'info', secret: false, usedBy: [] },
      { key: 'TOKEN', value: null, secret: true, usedBy: ['web'] },
    ])
    expect(JSON.stringify(await t.database.sql`select * from shared_variables`)).not.toMatch(/tok-123456|info/)
    expect(await t.call(sharedVariableReveal, { environmentId, key: 'TOKEN' }, { as })).toEqual({ key: 'TOKEN', value: 'tok-123456', filled: 'tok-123456' })
    expect(await typesOf()).toContain('shared_variable.revealed')
    expect(JSON.stringify(await t.database.sql`select data from events`)).not.toContain('tok-123456')
  })

  it('are not replaced by somebody who has not seen what they are by now', async () => {
    const { version } = await share({ TOKEN: 'one' })
    expect((await t.call(sharedVariableList, { environmentId }, { as })).version).toBe(version)
    const seen = (await share({ TOKEN: 'two' })).version
    await expect(t.call(sharedVariableReplace, { environmentId, variables: {}, ifVersion: version }, { as })).rejects.toMatchObject({ code: 'conflict' })
    await t.call(sharedVariableReplace, { environmentId, variables: {}, ifVersion: seen }, { as })
    expect((await t.call(sharedVariableList, { environmentId }, { as })).variables).toEqual([])
  })

  it('mark every deployed service that uses one as changed, however far away, and no other', async () => {
    const [api, other] = [await create('api'), await create('other')]
    await share({ TOKEN: 'one', UNUSED: 'u' })
    await replace({ B: '${{shared.TOKEN}}' }, api.id)
    await replace({ A: '${{api.B}}' })
    for (const id of [serviceId, api.id, other.id]) await t.call(deploymentCreate, { serviceId: id }, { as })
    await share({ TOKEN: { value: null }, UNUSED: 'v' })
    expect([await changed(), await changed(api.id), await changed(other.id)]).toEqual([false, false, false])
    await share({ TOKEN: 'two', UNUSED: { value: null } })
    expect([await changed(), await changed(api.id), await changed(other.id)]).toEqual([true, true, false])
  })

  it('may refer to services, follow them to new names, and close no circle', async () => {
    const api = await create('api')
    await share({ API: '${{api.URL}}/v1' })
    await t.call(serviceUpdate, { serviceId: api.id, name: 'my api' }, { as })
    expect(await t.call(sharedVariableReveal, { environmentId, key: 'API' }, { as })).toMatchObject({ value: '${{"my api".URL}}/v1' })
    await replace({ A: '${{shared.API}}' })
    await expect(share({ API: '${{web.A}}' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('shared.API → web.A → shared.API') })
    await expect(share({})).rejects.toMatchObject({ code: 'invalid_input', fields: { 'variables.API': 'Cannot be removed: web.A refers to it. Change that first.' } })
  })

  it('keep their name to themselves', async () => {
    await expect(create('Shared')).rejects.toMatchObject({ code: 'invalid_input', fields: { name: expect.any(String) } })
    await expect(t.call(serviceUpdate, { serviceId, name: 'shared' }, { as })).rejects.toMatchObject({ code: 'invalid_input', fields: { name: expect.any(String) } })
  })

  it('of another environment or organization are out of reach, whatever is written', async () => {
    const staging = await t.call(environmentCreate, { projectId, name: 'staging' }, { as })
    const elsewhere = await t.project(as, 'Elsewhere')
    for (const [id, name] of [[staging.id, 'api'], [elsewhere.environmentId, 'api2']] as const) {
      await share({ STOLEN: 'their-secret' }, id)
      await replace({ STOLEN: 'their-secret' }, (await create(name, id)).id)
    }
    const { id: apiId } = await create('api', elsewhere.environmentId)
    const attempts = ['shared', 'api', 'api2', staging.id, elsewhere.environmentId, apiId, 'staging', 'staging.api', `${projectId}/staging/api`, '../staging/api', '__proto__', "x' or '1'='1", '%', '*']
    for (const owner of attempts) {
      await expect(replace({ A: `\${{"${owner}".STOLEN}}` }), owner).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(share({ A: `\${{"${owner}".STOLEN}}` }), owner).rejects.toMatchObject({ code: 'invalid_input' })
    }
    // Put together from pieces, it is text.
    await replace({ LEFT: '${{"${{"}}', RIGHT: 'api.STOLEN}}', A: '${{web.LEFT}}${{web.RIGHT}}' })
    const stranger = await t.call(sharedVariableList, { environmentId: staging.id }, { as })
    expect(JSON.stringify(stranger)).not.toContain('their-secret')
  })
})

describe('generators', () => {
  it('give something once, which stays until it is asked anew', async () => {
    await replace({ KEY: '${{secret(32)}}', PIN: { value: 'p-${{secret(8, "0123456789")}}', secret: false } })
    const first = await reveal('KEY')
    expect(first.value).toBe('${{secret(32)}}')
    expect(first.filled).toMatch(/^[A-Za-z0-9]{32}$/)
    expect((await reveal('PIN')).filled).toMatch(/^p-\d{8}$/)
    expect((await t.call(variableList, { serviceId }, { as })).variables).toMatchObject([{ key: 'KEY', value: null, generated: true }, { key: 'PIN', value: 'p-${{secret(8, "0123456789")}}', generated: true }])
    await replace({ KEY: { value: null }, PIN: { value: null, secret: false } })
    expect(await reveal('KEY')).toEqual(first)
    await t.call(variableRegenerate, { serviceId, key: 'KEY' }, { as })
    expect((await reveal('KEY')).filled).not.toBe(first.filled)
    await replace({ KEY: { value: null }, PLAIN: 'x' })
    await expect(t.call(variableRegenerate, { serviceId, key: 'PLAIN' }, { as })).rejects.toMatchObject({ code: 'not_now' })
  })

  it('are sealed, and frozen into a deployment with what they gave', async () => {
    await replace({ KEY: '${{secret(32)}}' })
    const { filled } = await reveal('KEY')
    const { id } = await t.call(deploymentCreate, { serviceId }, { as })
    await t.call(variableRegenerate, { serviceId, key: 'KEY' }, { as })
    expect(await changed()).toBe(true)
    const [row] = await t.database.sql`select variables_sealed as sealed from deployments where id = ${id}`
    expect(openFrozen(t.platform.seal, id, row!.sealed as string).KEY).toMatchObject({ value: '${{secret(32)}}', generated: [filled] })
    expect(JSON.stringify(await t.database.sql`select * from variables`)).not.toContain(filled)
  })

  it('that are shared mark who uses them', async () => {
    await share({ KEY: '${{secret(32)}}' })
    await replace({ A: '${{shared.KEY}}' })
    await t.call(deploymentCreate, { serviceId }, { as })
    await t.call(sharedVariableRegenerate, { environmentId, key: 'KEY' }, { as })
    expect(await changed()).toBe(true)
  })
})

describe('the text of a .env file', () => {
  const values = { MULTI: 'one\ntwo\n\n three\t', QUOTES: `"a" 'b' \\ \\n $HOME #x`, CRLF: 'a\r\nb', EMPTY: '', REF: '${{web.PUBLIC_URL}}', GEN: '${{secret(16)}}', UNICODE: '🚀 é' }

  it('goes out and comes in again without changing anything', async () => {
    await replace(values)
    const before = await t.database.sql`select id, value_sealed, updated_at from variables order by id`
    const { text } = await t.call(variableExport, { serviceId }, { as })
    expect(await t.call(variableImport, { serviceId, text, removeOthers: true }, { as })).toEqual({ added: [], changed: [], removed: [], unchanged: expect.arrayContaining(Object.keys(values)) })
    expect(await t.database.sql`select id, value_sealed, updated_at from variables order by id`).toEqual(before)
    const other = await create('other')
    await t.call(variableImport, { serviceId: other.id, text }, { as })
    expect((await t.call(variableExport, { serviceId: other.id }, { as })).text).toBe(text)
  })

  it('says beforehand what it would change, and changes only what it names', async () => {
    await replace({ A: 'a', B: { value: 'b', secret: false }, C: 'c' })
    const text = '# a comment\nA=a\nB="b2"\nexport D=d\n'
    expect(await t.call(variableImport, { serviceId, text, preview: true }, { as })).toEqual({ added: ['D'], changed: ['B'], removed: [], unchanged: ['A', 'C'] })
    expect((await t.call(variableList, { serviceId }, { as })).variables).toHaveLength(3)
    await t.call(variableImport, { serviceId, text, removeOthers: true }, { as })
    expect((await t.call(variableList, { serviceId }, { as })).variables).toMatchObject([{ key: 'A', secret: true }, { key: 'B', value: 'b2', secret: false }, { key: 'D', secret: true }])
    await expect(t.call(variableImport, { serviceId, text: 'A=1\nnonsense\nPORT=1' }, { as })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/line 2: .*PORT: Is set by the platform/) })
  })

  it('is there for shared variables too, and its export is recorded', async () => {
    await t.call(sharedVariableImport, { environmentId, text: 'A=1\nB="two\nlines"' }, { as })
    expect((await t.call(sharedVariableExport, { environmentId }, { as })).text).toBe('A=1\nB="two\\nlines"\n')
    expect(await typesOf()).toEqual(expect.arrayContaining(['shared_variables.replaced', 'shared_variables.exported']))
  })
})
