import { afterAll, beforeAll, expect, it } from 'vitest'
import type { z } from 'zod'

import { databaseAdd } from '../../lib/contract/database'
import { domainCreate, domainList, domainUpdate } from '../../lib/contract/domain'
import { groupCreate } from '../../lib/contract/group'
import { environmentCreate, environmentGraph } from '../../lib/contract/project'
import { serviceCreate, serviceDelete, serviceRestore, serviceUpdate, variableList, variableReplace, variableReveal, variableSetBack } from '../../lib/contract/service'
import { volumeAttach, volumeDetach } from '../../lib/contract/volume'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { openKeepsake } from '../../lib/operations/service/keepsake'
import { openDnsSettings } from '../../lib/secrets/sealed-certificate'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let environmentId: string
let projectId: string

const source = { type: 'template' as const, template: 'node-service' as const }

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
  const project = await t.project(as)
  ;[environmentId, projectId] = [project.environmentId, project.projectId]
  const seen = JSON.stringify({ ok: true, message: 'It is usable.', engineVersion: null, databases: { postgres: { version: '18.4', missing: null } }, at: new Date().toISOString() })
  await t.database.sql`update targets set seen = ${seen}::text::jsonb where id = ${BUILT_IN_TARGETS.process}`
})
afterAll(() => t.close())

const reveal = async (serviceId: string, key: string) => (await t.call(variableReveal, { serviceId, key }, { as })).value
/** As the worker does when nothing of it runs any more. */
const takeDown = (id: string) => t.database.sql`delete from services where id = ${id}`
const remove = async (serviceId: string) => {
  const { ticket } = await t.call(serviceDelete, { serviceId, keep: true }, { as })
  await takeDown(serviceId)
  return ticket!
}
const restore = (ticket: string) => t.call(serviceRestore, { environmentId, ticket }, { as })

it('draws a deleted service again as it was set, secrets included, and what refers to it finds it by its name', async () => {
  const web = await t.call(serviceCreate, { environmentId, name: 'web', source, x: 10, y: 20 }, { as })
  const other = await t.call(serviceCreate, { environmentId, name: 'other', source }, { as })
  await t.call(serviceUpdate, { serviceId: web.id, settings: { ...web.settings, startCommand: 'node other.js' } }, { as })
  await t.call(variableReplace, { serviceId: web.id, variables: { KEY: { value: 'hidden', secret: true }, SELF: { value: '${{web.URL}}', secret: false } } }, { as })
  await t.call(variableReplace, { serviceId: other.id, variables: { WEB: { value: '${{web.URL}}', secret: false } } }, { as })
  const group = await t.call(groupCreate, { environmentId, nodes: [web.id] }, { as })

  const ticket = await remove(web.id)
  expect(ticket).not.toContain('hidden')
  const again = await restore(ticket)
  expect(again).toMatchObject({ name: 'web', state: 'not_deployed', source: web.source, x: 10, y: 20, groupId: group.id, settings: { startCommand: 'node other.js' } })
  expect(again.id).not.toBe(web.id)
  expect((await t.call(variableList, { serviceId: again.id }, { as })).variables).toMatchObject([{ key: 'KEY', secret: true, value: null }, { key: 'SELF', value: '${{web.URL}}' }])
  expect(await reveal(again.id, 'KEY')).toBe('hidden')
  expect((await t.call(environmentGraph, { environmentId }, { as })).links).toMatchObject([{ from: other.id, to: again.id, variables: ['WEB'] }])
})

it('gives a database the volume it had, with the password that is in its data', async () => {
  const database = await t.call(databaseAdd, { environmentId, engine: 'postgres', version: '18' }, { as })
  const password = await reveal(database.id, 'POSTGRES_PASSWORD')
  const again = await restore(await remove(database.id))
  expect(await reveal(again.id, 'POSTGRES_PASSWORD')).toBe(password)
  expect((await t.call(environmentGraph, { environmentId }, { as })).volumes).toMatchObject([{ serviceId: again.id }])
})

it('leaves to others what they have taken since', async () => {
  const api = await t.call(serviceCreate, { environmentId, name: 'api', source }, { as })
  const { volumes } = await t.call(environmentGraph, { environmentId }, { as })
  const { id: volumeId } = volumes[0]!
  await t.call(volumeDetach, { volumeId }, { as })
  await t.call(volumeAttach, { volumeId, serviceId: api.id, path: '/data' }, { as })
  const ticket = await remove(api.id)
  const namesake = await t.call(serviceCreate, { environmentId, name: 'api', source }, { as })
  await t.call(volumeAttach, { volumeId, serviceId: namesake.id, path: '/mine' }, { as })
  expect(await restore(ticket)).toMatchObject({ name: 'api-2' })
  expect((await t.call(environmentGraph, { environmentId }, { as })).volumes.find(({ id }) => id === volumeId)).toMatchObject({ serviceId: namesake.id, mountPath: '/mine' })
})

it('takes a ticket for an hour, in its own environment, unchanged', async () => {
  const web = await t.call(serviceCreate, { environmentId, name: 'short-lived', source }, { as })
  const ticket = await remove(web.id)
  const { id: elsewhere } = await t.call(environmentCreate, { projectId, name: 'elsewhere' }, { as })
  await expect(t.call(serviceRestore, { environmentId: elsewhere, ticket }, { as })).rejects.toMatchObject({ code: 'not_found' })
  await expect(restore(`${ticket.slice(0, -2)}AA`)).rejects.toMatchObject({ code: 'not_now' })
  const openAfter = (minutes: number) => openKeepsake({ seal: t.platform.seal, now: () => new Date(t.platform.now().getTime() + minutes * 60_000) }, { environmentId, ticket })
  expect(openAfter(59)).toMatchObject({ name: 'short-lived' })
  expect(() => openAfter(61)).toThrow('more than an hour ago')
})

it('waits until what was deleted is gone, because its name is taken as long', async () => {
  const web = await t.call(serviceCreate, { environmentId, name: 'going', source }, { as })
  const { ticket } = await t.call(serviceDelete, { serviceId: web.id, keep: true }, { as })
  await expect(restore(ticket!)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('still being removed') as string })
  await takeDown(web.id)
  expect(await restore(ticket!)).toMatchObject({ name: 'going' })
})

it('keeps nothing where nobody asks for it', async () => {
  const web = await t.call(serviceCreate, { environmentId, name: 'unkept', source }, { as })
  expect(await t.call(serviceDelete, { serviceId: web.id }, { as })).toEqual({ ok: true, ticket: null })
})

it('takes a replacement of variables back and makes it again, secrets and what was generated included', async () => {
  const web = await t.call(serviceCreate, { environmentId, name: 'takes-back', source }, { as })
  const serviceId = web.id
  const replace = (variables: z.input<typeof variableReplace.input>['variables']) => t.call(variableReplace, { serviceId, variables, keep: true }, { as })
  await replace({ OLD: 'first', KEPT: { value: 'same', secret: false }, MADE: { value: '${{secret(32)}}', secret: true } })
  const made = await t.call(variableReveal, { serviceId, key: 'MADE' }, { as })
  const { ticket } = await replace({ KEPT: { value: 'same', secret: false }, NEW: 'second' })
  expect(ticket).not.toContain('first')

  const setBack = (to: 'before' | 'after') => t.call(variableSetBack, { serviceId, ticket: ticket!, to }, { as })
  expect((await setBack('before')).variables.map(({ key }) => key)).toEqual(['KEPT', 'MADE', 'OLD'])
  expect(await reveal(serviceId, 'OLD')).toBe('first')
  expect(await t.call(variableReveal, { serviceId, key: 'MADE' }, { as })).toEqual(made)
  expect((await setBack('after')).variables.map(({ key }) => key)).toEqual(['KEPT', 'NEW'])
  expect(await reveal(serviceId, 'NEW')).toBe('second')

  // What somebody has set since stays, also where the key is the same; what has nothing to do with it is no hindrance.
  await t.call(variableReplace, { serviceId, variables: { NEW: { value: null, secret: true }, BESIDES: 'other' } }, { as })
  expect((await setBack('before')).variables.map(({ key }) => key)).toEqual(['BESIDES', 'MADE', 'OLD'])
  await t.call(variableReplace, { serviceId, variables: { OLD: 'by somebody else' } }, { as })
  await expect(setBack('after')).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/^Somebody has changed (OLD|MADE) since\.$/) as string })
  expect(await reveal(serviceId, 'OLD')).toBe('by somebody else')
})

it('has the host names it had, proven as they were, with their rules; what somebody else has taken since stays theirs, and that is said', async () => {
  const web = await t.call(serviceCreate, { environmentId, name: 'named', source }, { as })
  const api = await t.call(serviceCreate, { environmentId, name: 'named-api', source }, { as })
  const add = (hostname: string, serviceId = web.id) => t.call(domainCreate, { serviceId, hostname }, { as })
  const [first, second] = [await add('first.easel-restored.com'), await add('second.easel-restored.com')]
  await add('taken.easel-restored.com')
  const wild = await add('*.easel-restored.org')
  const rules = { basicAuth: [{ name: 'ana', password: 'open sesame' }] }
  await t.call(domainUpdate, { domainId: second.id, isPrimary: true, rules, paths: [{ prefix: '/api', serviceId: api.id }, { prefix: '/self', serviceId: web.id }] }, { as })
  await t.call(domainUpdate, { domainId: wild.id, dns: { provider: 'webhook', url: 'https://dns.example.com', secret: 'hidden' } }, { as })
  await t.database.sql`update domains set owned_at = date_trunc('milliseconds', now()), held_at = now(), active_at = now(), state = 'active' where id = ${first.id}`
  const rows = () => t.database.sql<{ hostname: string; token: string; is_primary: boolean; state: string; owned_at: Date | null; rules: unknown; dns_settings_sealed: string | null }[]>`select hostname, token, is_primary, state, owned_at, rules, dns_settings_sealed from domains where hostname like '%easel-restored%' order by hostname`
  const before = await rows()

  const { ticket } = await t.call(serviceDelete, { serviceId: web.id, keep: true }, { as })
  expect(ticket).not.toContain('sesame')
  // As soon as it is being deleted its names are free.
  await add('taken.easel-restored.com', api.id)
  await takeDown(web.id)
  const again = await restore(ticket!)
  expect(again.missingHostNames).toEqual([{ hostname: 'taken.easel-restored.com', message: expect.stringContaining('of this organization') as string }])

  const { items } = await t.call(domainList, { environmentId, serviceId: again.id }, { as })
  expect(items.map(({ hostname, isPrimary, state, certificates }) => ({ hostname, isPrimary, state, certificates })).sort((a, b) => (a.hostname < b.hostname ? -1 : 1))).toEqual([
    { hostname: '*.easel-restored.org', isPrimary: false, state: 'pending', certificates: [] },
    { hostname: 'first.easel-restored.com', isPrimary: false, state: 'verifying', certificates: [] },
    { hostname: 'second.easel-restored.com', isPrimary: true, state: 'pending', certificates: [] },
  ])
  expect(items.find(({ id }) => id === first.id)).toBeUndefined()
  expect(items.find(({ hostname }) => hostname.startsWith('second'))!.paths).toMatchObject([{ prefix: '/api', serviceId: api.id }, { prefix: '/self', serviceId: again.id }])
  const after = await rows()
  for (const { hostname, token, rules: kept, owned_at: ownedAt } of before.filter((row) => !row.hostname.startsWith('taken'))) expect(after.find((row) => row.hostname === hostname)).toMatchObject({ token, rules: kept, owned_at: ownedAt })
  const { id: wildId } = items.find(({ isWildcard }) => isWildcard)!
  expect(openDnsSettings(t.platform.seal, { id: wildId, dnsSettingsSealed: after.find(({ hostname }) => hostname.startsWith('*'))!.dns_settings_sealed })).toEqual({ url: 'https://dns.example.com', secret: 'hidden' })
})
