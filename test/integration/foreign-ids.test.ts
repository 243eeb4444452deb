import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { tokenCreate } from '../../lib/contract/auth'
import { CONTRACT } from '../../lib/contract'
import type { Entry } from '../../lib/contract/entry'
import { invitationCreate } from '../../lib/contract/organization'
import { handleRest } from '../../lib/http/rest'
import { inputFor, type Ids } from '../harness/contract-inputs'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'
import { possessionsOf, strangerTo } from '../harness/possessions'

// Somebody with an organization of their own tries every route with the ids of another one: first in the place that says what
// is meant, then in every other place of an input of which the rest is their own.

let t: TestPlatform
let stranger: SignedIn
let theirs: Ids
let mine: Ids
let before: string

const HELD = Symbol.for('easel.platform')
/** What nobody else may read. */
const WORDS = ['Shop', 'a secret value', 'build-1', 'offsite', 'on call', 'pager.example.com', 'easel-possessions', 'node-service']

beforeAll(async () => {
  t = await platformForTest()
  Object.assign(globalThis, { [HELD]: { platform: t.platform, database: t.database } })
  const owner = await t.owner()
  const organizationId = owner.organization!.id
  const elsewhere = await strangerTo(t, owner)
  stranger = elsewhere.stranger
  const { invitation } = await t.call(invitationCreate, { organizationId, email: 'open@example.com', role: 'viewer' }, { as: owner })
  const token = await t.call(tokenCreate, { name: 'theirs', scope: 'write' }, { as: owner })
  theirs = { ...(await possessionsOf(t, { as: owner, organizationId })), userId: owner.user.id, invitationId: invitation.id, tokenId: token.token.id }
  mine = await possessionsOf(t, { as: stranger, organizationId: elsewhere.organizationId })
  // On a target that runs images, with something in its volume and a snapshot of that: what is refused is refused for the ids.
  for (const { environmentId, targetId, volumeId, snapshotId } of [theirs, mine] as const) {
    await t.database.sql`update environments set target_id = ${targetId!} where id = ${environmentId!}`
    await t.database.sql`update volumes set made_at = now() where id = ${volumeId!}`
    await t.database.sql`update snapshots set status = 'done', format = 'files', volume_id = ${volumeId!} where id = ${snapshotId!}`
  }
  before = await ofTheirs()
})
afterAll(async () => {
  delete (globalThis as Record<symbol, unknown>)[HELD]
  await t.close()
})

/** Asks as a program elsewhere would. */
async function send({ http: { method, path } }: Entry, input: Record<string, unknown>, accept = 'application/json'): Promise<{ status: number; text: string }> {
  const rest = { ...input }
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name]
    delete rest[name]
    return encodeURIComponent(String(value))
  })
  const url = new URL(`http://localhost/api/v1${filled}`)
  if (method === 'GET') for (const [key, value] of Object.entries(rest)) url.searchParams.set(key, String(value))
  const body = method === 'GET' ? undefined : JSON.stringify(rest)
  const request = new Request(url, { method, headers: { authorization: `Bearer ${stranger.accessToken}`, accept, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body }) })
  const response = await handleRest(request, filled.slice(1).split('/').map(decodeURIComponent))
  return { status: response.status, text: response.headers.get('content-type')?.includes('event-stream') ? 'a stream' : await response.text() }
}

/** Every row that is one of theirs. */
async function ofTheirs(): Promise<string> {
  const tables = await t.database.sql<{ name: string }[]>`select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'id' order by 1`
  const ids = Object.values(theirs)
  const rows = await Promise.all(tables.map(({ name }) => t.database.sql`select row_to_json(r)::text as row from ${t.database.sql(name)} r where r.id::text = any(${ids}) order by r.id::text`))
  return JSON.stringify(rows)
}

/** Rows that name something of both. */
async function ofBoth(): Promise<string[]> {
  const tables = await t.database.sql<{ name: string }[]>`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`
  const like = (ids: Ids) => Object.values(ids).map((id) => `%${id}%`)
  const found = await Promise.all(tables.map(async ({ name }) => (await t.database.sql<{ row: string }[]>`select r::text as row from ${t.database.sql(name)} r where r::text like any(${like(theirs)}) and r::text like any(${like(mine)})`).map(({ row }) => `${name}: ${row}`)))
  return found.flat()
}

type Schema = { properties?: Record<string, Schema>; required?: string[]; anyOf?: Schema[]; oneOf?: Schema[]; allOf?: Schema[]; items?: Schema; additionalProperties?: Schema | boolean }

/** Where an input has ids, such as `data[].volumeId`. */
function idsIn(schema: Schema, at = ''): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [...(/Ids?$/.test(name) && name !== 'accessKeyId' ? [at + name] : []), ...idsIn(inner, `${at}${name}.`)])
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap((one) => idsIn(one, at))
  return [...new Set([...own, ...inner, ...(schema.items ? idsIn(schema.items, `${at.replace(/\.$/, '')}[].`) : [])])]
}

/** How an id is put where it is not a field of its own. */
const PLACES: Record<string, (id: string) => Record<string, unknown>> = {
  'positions[].serviceId': (serviceId) => ({ positions: [{ serviceId, x: 1, y: 1 }] }),
  'positions[].volumeId': (volumeId) => ({ positions: [{ volumeId, x: 1, y: 1 }] }),
  'positions[].groupId': (groupId) => ({ positions: [{ serviceId: mine.serviceId, x: 1, y: 1, groupId }] }),
  'items[].serviceId': (serviceId) => ({ items: [{ serviceId }] }),
  'data[].serviceId': (serviceId) => ({ data: [{ serviceId, from: 'now' }] }),
  'data[].volumeId': (volumeId) => ({ data: [{ volumeId, from: 'now' }] }),
  'data[].snapshotId': (snapshotId) => ({ data: [{ volumeId: mine.volumeId, from: 'snapshot', snapshotId }] }),
  'source.sshKeyId': (sshKeyId) => ({ source: { type: 'git', url: 'git@example.com:shop/api.git', sshKeyId } }),
  'repository.sshKeyId': (sshKeyId) => ({ repository: { url: 'git@example.com:shop/api.git', sshKeyId } }),
  'source.registryId': (registryId) => ({ source: { type: 'image', reference: 'ghcr.io/shop/api:1', registryId } }),
  'source.uploadId': (uploadId) => ({ source: { type: 'upload', uploadId, name: 'web' } }),
  'plan.storeId': (storeId) => ({ volumeId: mine.volumeId, plan: { schedule: '@daily', keepCount: 7, keepDays: null, storeId } }),
  'widgets[].serviceId': (serviceId) => ({ widgets: [{ id: 'requests', chart: 'requests', title: null, serviceId, x: 0, y: 0, width: 6, height: 3 }] }),
  'paths[].serviceId': (serviceId) => ({ paths: [{ prefix: '/api', serviceId }] }),
  serviceIds: (serviceId) => ({ serviceIds: [serviceId] }),
  channelIds: (channelId) => ({ channelIds: [channelId] }),
}

/** What is besides asked for, where a place is a choice of several. */
const BESIDES: Record<string, () => Record<string, unknown>> = {
  'volume.create serviceId': () => ({ path: '/data' }),
  'snapshot.create storeId': () => ({ volumeId: mine.volumeId }),
  'snapshot.restore serviceId': () => ({ asNew: false }),
  'snapshot.restore volumeId': () => ({ asNew: false }),
}

/** Where it is not the path of the request that is wrong: the field is named, as one with an id that does not exist. */
const noSuch = (what: string) => ({ status: 400, text: expect.stringContaining(`This organization has no such ${what}`) as string })
const REFUSALS: Record<string, { status: number; text: string }> = {
  'alert.save_rule channelIds': noSuch('channel'),
  'environment.compose repository.sshKeyId': noSuch('SSH key'),
  'service.create source.sshKeyId': noSuch('SSH key'),
  'service.update source.sshKeyId': noSuch('SSH key'),
  'service.create source.registryId': noSuch('registry'),
  'service.update source.registryId': noSuch('registry'),
  'service.create source.uploadId': { status: 400, text: expect.stringContaining('This project has no such upload') as string },
  'service.update source.uploadId': { status: 400, text: expect.stringContaining('This project has no such upload') as string },
  'domain.update serviceId': { status: 400, text: expect.stringContaining('This environment has no such service') as string },
  'domain.update paths[].serviceId': { status: 400, text: expect.stringContaining('This environment has no such service') as string },
  'terminal.create deploymentId': { status: 409, text: expect.stringContaining('not_now') as string },
}

const hasPermission = (entry: Entry): entry is Entry & { access: { kind: 'permission'; field: string } } => entry.access.kind === 'permission'
const named = CONTRACT.filter((entry) => /\{\w+Id\}/.test(entry.http.path))
const mixed = CONTRACT.flatMap((entry) =>
  idsIn(z.toJSONSchema(entry.input, { io: 'input', unrepresentable: 'any' }) as Schema)
    .filter((place) => !(hasPermission(entry) && entry.access.field === place && entry.http.path.includes(`{${place}}`)))
    .map((place) => [`${entry.name} ${place}`, entry, place] as const),
)

describe('through the door for programs', () => {
  it.each(named.map((entry) => [entry.name, entry] as const))('what belongs to others is not there: %s', async (_, entry) => {
    for (const accept of entry.streams ? ['application/json', 'text/event-stream'] : ['application/json']) {
      const { status, text } = await send(entry, inputFor(entry, theirs), accept)
      expect({ status, text }).toMatchObject({ status: 404, text: expect.stringContaining('not_found') as string })
      expect(WORDS.filter((word) => text.includes(word))).toEqual([])
    }
  })

  it.each(mixed)('an id of others is no way to them either: %s', async (title, entry, place) => {
    const id = theirs[place.replace(/^.*\.|s$/g, '')]!
    const answer = await send(entry, { ...inputFor(entry, { ...mine, [place]: id }), ...BESIDES[title]?.(), ...(PLACES[place]?.(id) ?? { [place]: id }) })
    // A list of nothing is as good.
    if (answer.status !== 200 || entry.kind !== 'query') expect(answer).toMatchObject(REFUSALS[title] ?? { status: 404 })
    expect([...WORDS, ...Object.values(theirs)].filter((word) => word !== id && answer.text.includes(word))).toEqual([])
  })

  it('nothing of theirs has changed, and nothing of others leads to it', async () => {
    expect(await ofTheirs()).toBe(before)
    expect(await ofBoth()).toEqual([])
  })
})
