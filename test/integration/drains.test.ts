import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { Actor } from '../../lib/auth/actor'
import { authenticateBearer } from '../../lib/auth/authenticate'
import { drainCreate, drainDelete, drainList, drainPause, drainResume, drainTest, drainUpdate, type DrainView } from '../../lib/contract/drain'
import { projectCreate } from '../../lib/contract/project'
import { followServices } from '../../lib/db/queries/engine/drains'
import { append, removeUpTo, type NewLine } from '../../lib/db/queries/engine/log-lines'
import { dropPartition, makePartition } from '../../lib/db/queries/engine/log-partitions'
import { noteLost } from '../../lib/db/queries/engine/drains'
import { makeDrainer } from '../../lib/drains/drainer'
import { takeTurn } from '../../lib/drains/take-turn'
import type { Room } from '../../lib/drains/turn'
import { newId } from '../../lib/ids'
import { log } from '../../lib/log'
import { linesIn, startDrainSink } from '../harness/drain-sink'
import { platformForTest, type TestPlatform } from '../harness/platform'
import { strangerTo } from '../harness/possessions'
import { until } from '../harness/until'

// Turns of drains on a real database and towards a real server; the clock is moved.

let t: TestPlatform
let as: Actor
let owner: Awaited<ReturnType<TestPlatform['owner']>>
let organizationId: string
let place: { projectId: string; environmentId: string }
let sink: Awaited<ReturnType<typeof startDrainSink>>
const never = new AbortController().signal

beforeAll(async () => {
  t = await platformForTest()
  owner = await t.owner()
  as = await authenticateBearer(t.platform, `Bearer ${owner.accessToken}`)
  organizationId = owner.organization!.id
  sink = await startDrainSink()
})
afterAll(async () => {
  await sink.close()
  await t.close()
})
beforeEach(async () => {
  place = await project()
  sink.forget()
})
afterEach(async () => {
  await t.database.sql`delete from drains`
})

async function project(organization = organizationId, actor = as): Promise<{ projectId: string; environmentId: string }> {
  const made = await t.call(projectCreate, { organizationId: organization, name: `Shop ${newId('request').slice(-6)}` } as never, { as: actor })
  return { projectId: made.id, environmentId: made.environments[0]!.id }
}

/** A service, as far as tables say. */
async function service(environmentId = place.environmentId, name = `api-${newId('request').slice(-4)}`): Promise<string> {
  const id = newId('service')
  await t.database.sql`insert into services (id, environment_id, name, host_label, source, settings) values (${id}, ${environmentId}, ${name}, ${id.replace('_', '-')}, '{"type":"template","template":"node-service"}', '{}')`
  return id
}

async function print(serviceId: string, texts: readonly (string | Partial<NewLine>)[], environmentId = place.environmentId): Promise<void> {
  const lines = texts.map((text): NewLine => ({ kind: 'runtime', stream: 'stdout', at: t.clock.now, text: '', deploymentId: null, part: '0', ...(typeof text === 'string' ? { text } : text) }))
  await t.database.db.transaction((tx) => append(tx, { environmentId, serviceId }, lines))
}
const numbered = (count: number, from = 1) => Array.from({ length: count }, (_, i) => `line ${from + i}`)

const drain = (given: object = {}): Promise<DrainView> => t.call(drainCreate, { organizationId, environmentId: place.environmentId, name: `drain ${newId('request').slice(-6)}`, settings: { kind: 'http', url: `${sink.url}/in` }, ...given } as never, { as })
const room = (over: Partial<Room> = {}): Room => ({ db: t.database.db, seal: t.platform.seal, log, now: () => t.clock.now, random: () => 1, allowsPrivate: true, timeoutMs: 5_000, ...over })
const turn = async (id: string, over: Partial<Room> = {}) => {
  await followServices(t.database.db)
  return takeTurn(room(over), id, never)
}
const shown = async (id: string) => (await t.call(drainList, { organizationId }, { as })).items.find((each) => each.id === id)!
const pass = (ms: number) => void (t.clock.now = new Date(t.clock.now.getTime() + ms))
const arrived = () => linesIn(sink.taken).map(({ message }) => message)

describe('lines', () => {
  it('go in their order with all that is known of them, from when the drain was made', async () => {
    const api = await service(undefined, 'api')
    await print(api, ['before'])
    const { id } = await drain({ secret: { headers: { Authorization: 'Bearer a key', 'X-Team': 'shop' } } })
    const web = await service(undefined, 'web')
    await print(api, numbered(250))
    await print(web, [{ text: '\u001b[31m{"msg":"paid"}\u001b[0m', message: 'paid', level: 'warn', attributes: { user: { id: 7 } }, part: '2', stream: 'stderr' }])
    expect(await turn(id, { most: { lines: 100, bytes: 1e6 } })).toBe('idle')
    const lines = linesIn(sink.taken)
    expect(lines.filter((line) => line.service.id === api).map(({ message }) => message)).toEqual(numbered(250))
    expect(sink.taken).toHaveLength(3)
    expect(sink.taken[0]).toMatchObject({ path: '/in', headers: { authorization: 'Bearer a key', 'x-team': 'shop', 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' } })
    expect(lines.find((line) => line.service.id === web)).toMatchObject({
      id: expect.stringMatching(/^\d+$/) as string, at: t.clock.now.toISOString(), kind: 'runtime', stream: 'stderr', level: 'warn', message: 'paid', text: '{"msg":"paid"}', attributes: { user: { id: 7 } }, replica: '2',
      organization: { id: organizationId }, project: { id: place.projectId }, environment: { id: place.environmentId, name: 'production' }, service: { id: web, name: 'web' }, deployment: null,
    })
    expect(await turn(id)).toBe('idle')
    expect(linesIn(sink.taken)).toHaveLength(251)
    expect(await shown(id)).toMatchObject({ state: 'sending', sentLines: 251, waiting: { lines: 0, since: null }, failing: null, headerNames: ['Authorization', 'X-Team'] })
    expect(JSON.stringify(await shown(id))).not.toContain('a key')
  })

  it('are chosen by a filter and by kinds', async () => {
    const { id } = await drain({ filter: 'service:api (@level:>=error OR @status:>=500)', kinds: ['runtime', 'http'] })
    const api = await service(undefined, 'api')
    const web = await service(undefined, 'web')
    await print(web, [{ text: 'not of this service', level: 'error' }])
    await print(api, [{ text: 'well', level: 'info' }, { text: 'bad', level: 'error' }, { text: 'GET', kind: 'http', attributes: { status: 503 } }, { text: 'built', kind: 'build', level: 'error' }])
    await turn(id)
    expect(arrived()).toEqual(['bad', 'GET'])
    expect(await shown(id)).toMatchObject({ sentLines: 2, waiting: { lines: 0 } })
  })

  it('of others are never among them', async () => {
    const { stranger, organizationId: elsewhere } = await strangerTo(t, owner)
    const theirs = { organizationId: elsewhere, ...(await t.project(stranger, 'Theirs')) }
    const other = await project()
    const [own] = await t.database.sql<{ id: string }[]>`insert into environments (id, project_id, name, slug) values (${newId('environment')}, ${place.projectId}, 'staging', 'staging') returning id`
    const places = { here: place.environmentId, staging: own!.id, other: other.environmentId, theirs: theirs.environmentId }
    const drains = {
      environment: await drain(),
      project: await drain({ environmentId: undefined, projectId: place.projectId }),
      organization: await drain({ environmentId: undefined }),
      theirs: await t.call(drainCreate, { organizationId: elsewhere, name: 'all', settings: { kind: 'http', url: `${sink.url}/in` } }, { as: stranger }),
    }
    for (const [name, environmentId] of Object.entries(places)) await print(await service(environmentId, 'api'), [`of ${name}`], environmentId)
    const sees: Record<string, string[]> = {}
    for (const [name, { id }] of Object.entries(drains)) {
      sink.taken.length = 0
      await turn(id)
      sees[name] = arrived().sort()
    }
    expect(sees).toEqual({ environment: ['of here'], project: ['of here', 'of staging'], organization: ['of here', 'of other', 'of staging'], theirs: ['of theirs'] })
    await expect(drain({ environmentId: theirs.environmentId })).rejects.toMatchObject({ code: 'not_found' })
    await expect(drain({ environmentId: undefined, projectId: theirs.projectId })).rejects.toMatchObject({ code: 'not_found' })
    await expect(t.call(drainPause, { organizationId, drainId: drains.theirs.id }, { as })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('of a service that is gone still arrive', async () => {
    const { id } = await drain()
    const api = await service(undefined, 'api')
    await print(api, ['last words'])
    await followServices(t.database.db)
    await t.database.sql`delete from services where id = ${api}`
    await turn(id)
    expect(linesIn(sink.taken)).toMatchObject([{ message: 'last words', service: { id: api, name: api } }])
  })
})

describe('a receiver', () => {
  it('that is down gets everything when it is back, and people are told', async () => {
    const { id } = await drain()
    const api = await service()
    await print(api, numbered(3))
    sink.rule(() => ({ status: 503, body: 'gone fishing', headers: { 'retry-after': '90' } }))
    await turn(id)
    expect(await shown(id)).toMatchObject({ state: 'failing', failing: { message: 'It answered 503: gone fishing', retryAt: new Date(t.clock.now.getTime() + 90_000).toISOString() }, waiting: { lines: 3 } })
    await turn(id)
    expect(sink.asked).toHaveLength(1)
    for (let i = 0; i < 9; i++) {
      pass(91_000)
      await turn(id)
    }
    await print(api, numbered(2, 4))
    sink.rule(() => ({ status: 200 }))
    pass(301_000)
    await turn(id)
    expect(arrived()).toEqual(numbered(5))
    expect(await shown(id)).toMatchObject({ state: 'sending', failing: null, sentLines: 5 })
    const events = await t.database.sql<{ type: string }[]>`select type from events where environment_id = ${place.environmentId} and type in ('drain.failing', 'drain.recovered') order by id`
    expect(events.map(({ type }) => type)).toEqual(['drain.failing', 'drain.recovered'])
  })

  it('that wants a key is not asked for every line, and loses none', async () => {
    const { id } = await drain()
    await print(await service(), numbered(20))
    sink.rule(({ headers }) => (headers.authorization === 'Bearer right' ? { status: 200 } : { status: 401, body: 'no such key' }))
    await turn(id)
    expect(sink.asked).toHaveLength(1)
    expect(await shown(id)).toMatchObject({ failing: { message: 'It answered 401: no such key. It does not know who sends: check the headers.' }, refused: null, waiting: { lines: 20 } })
    await t.call(drainUpdate, { organizationId, drainId: id, secret: { headers: { Authorization: 'Bearer right' } } }, { as })
    await turn(id)
    expect(arrived()).toEqual(numbered(20))
  })

  it('that takes less at once is sent less, and what is too large alone is left out', async () => {
    const { id } = await drain()
    const api = await service()
    await print(api, [...numbered(30), 'x'.repeat(20_000), ...numbered(30, 31)])
    sink.rule(({ body }) => (body.length > 5_000 ? { status: 413 } : { status: 200 }))
    await turn(id)
    expect(arrived()).toEqual(numbered(60))
    expect(await shown(id)).toMatchObject({ failing: null, sentLines: 60, refused: { lines: 1, message: 'It answered 413' } })
  })

  it('that takes no line of one kind is sent the others; one that takes none at all loses none', async () => {
    const { id } = await drain()
    const api = await service()
    await print(api, ['first'])
    await turn(id)
    await print(api, [...numbered(10), 'poison', 'poison', ...numbered(10, 11)])
    sink.rule(({ body }) => (body.includes('poison') ? { status: 400, body: 'bad field' } : { status: 200 }))
    await turn(id)
    expect(arrived()).toEqual(['first', ...numbered(20)])
    expect(await shown(id)).toMatchObject({ failing: null, refused: { lines: 2, message: 'It answered 400: bad field' } })
    sink.rule(() => ({ status: 400, body: 'wrong tenant' }))
    const fresh = await drain()
    await print(api, numbered(5, 100))
    await turn(fresh.id)
    expect(await shown(fresh.id)).toMatchObject({ failing: { message: 'It answered 400: wrong tenant' }, refused: null, waiting: { lines: 5 } })
  })

  it('that is slow keeps nobody else waiting', async () => {
    const slow = await drain({ settings: { kind: 'http', url: `${sink.url}/slow` } })
    const quick = await drain({ settings: { kind: 'http', url: `${sink.url}/quick` } })
    const api = await service()
    await print(api, ['one'])
    let release = () => {}
    const held = new Promise<void>((done) => (release = done))
    sink.rule(async ({ path }) => {
      if (path === '/slow') await held
      return { status: 200 }
    })
    const stop = new AbortController()
    const drainer = makeDrainer(room())
    await drainer.round(stop.signal)
    await until('the slow one to be asked', () => sink.asked.some(({ path }) => path === '/slow'))
    await print(api, ['two'])
    await until('the quick one to have everything', async () => {
      await drainer.round(stop.signal)
      return linesIn(sink.taken.filter(({ path }) => path === '/quick')).length === 2
    })
    expect(sink.asked.filter(({ path }) => path === '/slow')).toHaveLength(1)
    expect((await shown(slow.id)).sentLines).toBe(0)
    release()
    await drainer.settled()
    await drainer.round(stop.signal)
    await drainer.settled()
    expect([(await shown(slow.id)).sentLines, (await shown(quick.id)).sentLines]).toEqual([2, 2])
  })

  it('on the local link, or in a private network where that is not allowed, is not asked', async () => {
    const { id } = await drain()
    await print(await service(), ['a'])
    await turn(id, { allowsPrivate: false })
    expect((await shown(id)).failing?.message).toContain('private network')
    const link = await drain({ settings: { kind: 'syslog', host: '169.254.169.254', port: 514, transport: 'udp' } })
    await print(await service(), ['b'])
    await turn(link.id)
    expect((await shown(link.id)).failing?.message).toContain('local link')
    expect(sink.asked).toEqual([])
  })
})

describe('a drain', () => {
  it('that is paused sends nothing, then goes on or leaves out what waited', async () => {
    const { id } = await drain()
    const api = await service()
    await t.call(drainPause, { organizationId, drainId: id }, { as })
    await print(api, ['waits'])
    await turn(id)
    expect(await shown(id)).toMatchObject({ state: 'paused', waiting: { lines: 1 } })
    await t.call(drainResume, { organizationId, drainId: id }, { as })
    await turn(id)
    expect(arrived()).toEqual(['waits'])
    await t.call(drainPause, { organizationId, drainId: id }, { as })
    await print(api, ['left out'])
    await t.call(drainResume, { organizationId, drainId: id, skip: true }, { as })
    await print(api, ['new'])
    await turn(id)
    expect(arrived()).toEqual(['waits', 'new'])
  })

  it('is tested, and a test that gets through mends it', async () => {
    const { id } = await drain()
    sink.rule(() => ({ status: 500, body: 'oh no' }))
    await print(await service(), ['one'])
    await turn(id)
    expect(await t.call(drainTest, { organizationId, drainId: id }, { as })).toMatchObject({ test: { status: 'queued' } })
    await expect(t.call(drainTest, { organizationId, drainId: id }, { as })).rejects.toMatchObject({ code: 'not_now' })
    await turn(id)
    expect(await shown(id)).toMatchObject({ test: { status: 'failed', answer: 'It answered 500: oh no' }, state: 'failing' })
    sink.rule(() => ({ status: 200, body: 'thanks' }))
    await t.call(drainTest, { organizationId, drainId: id }, { as })
    await turn(id)
    expect(await shown(id)).toMatchObject({ test: { status: 'sent', answer: 'It answered 200: thanks' }, state: 'sending', failing: null, sentLines: 1 })
    expect(arrived()).toEqual([expect.stringContaining('asked for by Olivia Owner'), 'one'])
    await t.call(drainDelete, { organizationId, drainId: id }, { as })
    expect((await t.call(drainList, { organizationId }, { as })).items).toEqual([])
  })

  it('keeps its secret only for the server it was given for', async () => {
    const { id } = await drain({ secret: { headers: { Authorization: 'Bearer a' } } })
    const change = (input: object) => t.call(drainUpdate, { organizationId, drainId: id, ...input } as never, { as })
    expect(await change({ settings: { kind: 'http', url: `${sink.url}/other`, format: 'json' } })).toMatchObject({ headerNames: ['Authorization'] })
    expect(await change({ settings: { kind: 'http', url: 'https://logs.example.com/in' } })).toMatchObject({ headerNames: [] })
    await expect(change({ secret: { tag: '[a@1]' } })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(change({ secret: { headers: { Host: 'a' } } })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(change({ filter: '@level:' })).rejects.toMatchObject({ code: 'invalid_input', fields: { filter: expect.stringContaining('At character') as string } })
    await expect(change({ settings: { kind: 'syslog', host: 'logs.example.com', transport: 'udp' }, secret: { tag: '[a@1]' } })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('says what was removed before it was sent', async () => {
    const { id } = await drain()
    const api = await service()
    sink.rule(() => ({ status: 503 }))
    const old = new Date('2026-01-05T10:00:00Z')
    await makePartition(t.database.db, '2026-01-05')
    await print(api, [{ text: 'old', at: old }, { text: 'older', at: new Date(old.getTime() - 60_000) }])
    await print(api, numbered(3))
    await turn(id)
    expect(await shown(id)).toMatchObject({ state: 'failing', lost: null, waiting: { lines: 5 } })
    expect(await dropPartition(t.database.db, '2026-01-05')).toBe(true)
    expect(await shown(id)).toMatchObject({ lost: { lines: 2, from: new Date(old.getTime() - 60_000).toISOString(), until: old.toISOString() }, waiting: { lines: 3 } })
    const [third] = await t.database.sql<{ id: string }[]>`select id::text from log_lines where service_id = ${api} order by id limit 1`
    await noteLost(t.database.db, { serviceId: api, upTo: BigInt(third!.id) })
    await removeUpTo(t.database.db, api, BigInt(third!.id), 100)
    sink.rule(() => ({ status: 200 }))
    pass(301_000)
    await turn(id)
    expect(arrived()).toEqual(['line 2', 'line 3'])
    expect(await shown(id)).toMatchObject({ state: 'sending', lost: { lines: 3, until: expect.any(String) as string } })
  })

  it('writes nothing of an attempt that was overtaken by a change', async () => {
    const { id } = await drain()
    await print(await service(), ['one'])
    sink.rule(async () => {
      await t.call(drainUpdate, { organizationId, drainId: id, settings: { kind: 'http', url: `${sink.url}/new` } }, { as })
      return { status: 500 }
    })
    await turn(id)
    expect(await shown(id)).toMatchObject({ state: 'sending', failing: null, waiting: { lines: 1 } })
    sink.rule(() => ({ status: 200 }))
    await turn(id)
    expect(sink.taken.map(({ path }) => path)).toEqual(['/new'])
  })
})
