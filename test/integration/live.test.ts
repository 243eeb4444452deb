import { createServer } from 'node:http'
import { connect as dial, type AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { authRegister, tokenCreate } from '../../lib/contract/auth'
import type { GraphView } from '../../lib/contract/graph'
import type { HelloFrame, LinesFrame, NewsFrame, Presence, PresenceFrame } from '../../lib/contract/live'
import { invitationCreate } from '../../lib/contract/organization'
import { environmentArrange } from '../../lib/contract/project'
import { serviceCreate, serviceDelete, serviceUpdate } from '../../lib/contract/service'
import { sharedVariableReplace } from '../../lib/contract/variable'
import { connect, type Database } from '../../lib/db/connection'
import { logLines } from '../../lib/db/schema/observed'
import { announce } from '../../lib/events/announce'
import { cutStalled } from '../../lib/http/cut-stalled'
import { takePresence } from '../../lib/http/live/door'
import { makeHub, type LiveHub } from '../../lib/http/live/hub'
import { makePresence } from '../../lib/http/live/presence-rooms'
import { newId } from '../../lib/ids'
import { openTab, type LiveTab, type TabOptions } from '../harness/live-tab'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'
import { until } from '../harness/until'

// Two web processes on one database, each with its own listeners.

let t: TestPlatform
let owner: SignedIn
let other: SignedIn
let environmentId: string
let databases: Database[]
let here: LiveHub
let there: LiveHub
let tabs: LiveTab[]

beforeEach(async () => {
  t = await platformForTest()
  owner = await t.owner()
  other = await member('ada@example.com', 'Ada Other')
  environmentId = (await t.project(owner)).environmentId
  databases = []
  tabs = []
  here = process()
  there = process()
})
afterEach(async () => {
  await Promise.all(tabs.map((tab) => tab.close()))
  for (const hub of [here, there]) hub.presence.close()
  await Promise.all(databases.map((database) => database.close()))
  await t.close()
})

function process(): LiveHub {
  const database = connect(t.url, { poolSize: 4, name: 'web' })
  databases.push(database)
  return makeHub({ ...t.platform, db: database.db }, database)
}

async function member(email: string, name: string): Promise<SignedIn> {
  const invitation = await t.call(invitationCreate, { organizationId: owner.organization!.id, email, role: 'viewer' }, { as: owner })
  return t.call(authRegister, { email, name, password: 'correct horse', invitation: invitation.token })
}

async function open(hub: LiveHub, as: SignedIn, options: Partial<TabOptions> = {}): Promise<LiveTab> {
  const tab = await openTab(hub, { environmentId, token: as.accessToken, ...options })
  tabs.push(tab)
  return tab
}

const draw = (name: string) => t.call(serviceCreate, { environmentId, name, source: { type: 'template', template: 'static-site' } }, { as: owner })
const move = (serviceId: string, x: number) => t.call(environmentArrange, { environmentId, positions: [{ serviceId, x, y: 0 }] }, { as: owner })
const graphOf = (tab: LiveTab) => tab.heard.reduce<Map<string, number>>((known, { type, data }) => {
  if (type === 'graph') known.clear()
  if (type === 'graph' || type === 'change') for (const node of (data as GraphView).nodes) known.set(node.id, node.x)
  if (type === 'change') for (const id of (data as { removed: string[] }).removed) known.delete(id)
  return known
}, new Map())
const listeners = (hub: LiveHub) => hub.hints.count() + hub.presence.count().listeners
const place = (part: Partial<Presence> = {}): Presence => ({ pointer: null, selected: [], open: null, ...part })

describe('the one connection of a tab', () => {
  it('brings an edit, with the new revision of what was edited, and who made it', async () => {
    const { id } = await draw('web')
    const tab = await open(there, other)
    const graph = await tab.hears<GraphView>('graph')
    await t.call(serviceUpdate, { serviceId: id, name: 'shop' }, { as: owner })
    const change = await tab.hears<GraphView>('change', ({ nodes }) => nodes.some(({ name }) => name === 'shop'))
    expect(change.nodes[0]!.revision).toBeGreaterThan(graph.nodes[0]!.revision)
    expect(await tab.hears<NewsFrame>('news')).toMatchObject({ type: 'service.updated', subject: 'shop', serviceId: id, actor: { name: 'Olivia Owner' } })
  })

  it('says that shared variables have changed, and which version of them is known', async () => {
    const tab = await open(there, other)
    const { shared } = await tab.hears<GraphView>('graph')
    const saved = await t.call(sharedVariableReplace, { environmentId, variables: { LEVEL: { value: 'info', secret: false } }, ifVersion: shared }, { as: owner })
    expect((await tab.hears<GraphView>('change', (graph) => graph.shared !== shared)).shared).toBe(saved.version)
  })

  it('carries the logs that are shown, from where each was left, and goes on without one that is gone', async () => {
    const { id } = await draw('web')
    const write = (text: string) => here.platform.db.insert(logLines).values({ environmentId: 'env_1', serviceId: id, deploymentId: 'dep_1', kind: 'runtime', stream: 'stdout', at: new Date(), text }).returning({ id: logLines.id })
    const [first] = await write('one')
    await write('two')
    const gone = 'svc_0000000000000000000000'
    const tab = await open(here, other, { logs: [{ key: 'a', scope: { serviceId: id }, after: first!.id.toString() }, { key: 'b', scope: { serviceId: gone } }] })
    const lines = await tab.hears<LinesFrame>('lines')
    expect([lines.log, ...lines.lines.map(({ text }) => text)]).toEqual(['a', 'two'])
    expect(await tab.hears('log_refused')).toEqual({ log: 'b', code: 'not_found' })
    await tab.hears('graph')
  })

  it('tells what fires, at the beginning and when that has changed, and of nothing elsewhere', async () => {
    const tab = await open(there, other)
    type Alerts = { alerts: { summary: string }[] }
    expect(await tab.hears<Alerts>('alerts')).toEqual({ alerts: [] })
    const { id } = await draw('web')
    const fired = async (environment: string) => {
      await t.database.sql`insert into alerts (id, organization_id, environment_id, rule_key, kind, subject_id, subject_name, service_id, state, value, threshold, for_seconds, since, fired_at, flaps, counted_ms, looked_at, is_seen)
        values (${newId('alert')}, ${owner.organization!.id}, ${environment}, 'down', 'down', ${id}, 'web', ${id}, 'firing', 1, 0, 60, now(), now(), 0, 0, now(), true)`
      await announce(t.database.db, { kind: 'alerts', environmentId: environment })
    }
    await fired((await t.project(owner, 'Elsewhere')).environmentId)
    await fired(environmentId)
    expect((await tab.hears<Alerts>('alerts', ({ alerts }) => alerts.length > 0)).alerts.map(({ summary }) => summary)).toEqual(['web: down for 1 min'])
  })

  it('leaves no listener behind', async () => {
    const first = await open(here, owner)
    const second = await open(here, other)
    await Promise.all([first.hears('presence'), second.hears('presence')])
    expect(listeners(here)).toBe(4)
    await Promise.all([first.close(), second.close()])
    await until('the listeners to be gone', () => listeners(here) === 0)
    await until('the tabs to be gone', () => here.presence.count().tabs === 0)
  })

  it('refuses strangers as if there were no such environment', async () => {
    const stranger = await t.call(authRegister, { email: 'eve@example.com', name: 'Eve', password: 'correct horse', invitation: (await t.call(invitationCreate, { organizationId: owner.organization!.id, email: 'eve@example.com', role: 'viewer' }, { as: owner })).token })
    await t.database.sql`delete from members where user_id = ${stranger.user.id}`
    await expect(open(here, stranger)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('after a gap', () => {
  it('tells what is true, whatever was missed, and what others did since the last word', async () => {
    const [web, api] = [await draw('web'), await draw('api')]
    const before = await open(here, other)
    await before.hears('graph')
    await move(web.id, 120)
    await before.hears('change')
    await t.call(serviceUpdate, { serviceId: web.id, name: 'shop' }, { as: owner })
    await before.hears('news')
    const lastId = before.heard.findLast(({ id }) => id !== '')!.id
    await before.close()

    await t.call(serviceDelete, { serviceId: api.id }, { as: owner })
    await move(web.id, 480)
    // As after a restart: a process that knows nothing.
    const after = await open(there, other, { lastId })
    const graph = await after.hears<GraphView>('graph')
    expect(graph.nodes.filter(({ state }) => state !== 'removing').map(({ name, x }) => [name, x])).toEqual([['shop', 480]])
    expect((await after.hears<NewsFrame>('news')).type).toBe('service.deleted')
  })

  it('notices what happened while the database could not be heard', async () => {
    const web = await draw('web')
    const tab = await open(here, other)
    await tab.hears('graph')
    await t.database.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'easel-web' and datname = current_database()`
    await move(web.id, 360)
    // The stream is cut or goes on: either way whoever follows ends with the truth.
    const shown = await until('the new place', async () => {
      if (graphOf(tab).get(web.id) === 360) return tab
      const again = await open(here, other).catch(() => null)
      // It may have met a dead connection, and end.
      return again && (await again.hears('graph').then(() => graphOf(again).get(web.id) === 360, () => false)) ? again : null
    })
    expect(graphOf(shown).get(web.id)).toBe(360)
    await until('hints to come again', async () => {
      // Another of its questions may have met a dead connection since.
      const tab = await open(here, other).catch(() => null)
      if (tab === null || (await tab.hears('graph').catch(() => null)) === null) return null
      const x = 400 + Math.round(Math.random() * 1e5)
      await move(web.id, x)
      return until('one', () => graphOf(tab).get(web.id) === x, 2_000).catch(() => null)
    })
  })
})

describe('a client that does not read', () => {
  it('hurts nobody, is owed one frame however much happens, and gets the truth when it reads again', async () => {
    const { id } = await draw('web')
    const slow = await open(here, other, { isReading: false })
    const quick = await open(here, owner)
    await quick.hears('graph')
    for (let x = 1; x <= 30; x++) await move(id, x * 24)
    await until('the quick one to see the last place', () => graphOf(quick).get(id) === 720)
    slow.read()
    await until('the slow one to see it too', () => graphOf(slow).get(id) === 720)
    expect(slow.heard.filter(({ type }) => type === 'graph' || type === 'change').length).toBeLessThanOrEqual(3)
  })

  it('is cut, and its listener goes', async () => {
    const pad = 'x'.repeat(64_000)
    const server = createServer((request, response) => {
      cutStalled(request, response, 300)
      const end = new AbortController()
      response.once('close', () => end.abort())
      const stop = here.hints.on(() => {})
      end.signal.addEventListener('abort', stop)
      // More than the buffers of both ends hold.
      const flood = new ReadableStream({ pull: (controller) => controller.enqueue(new TextEncoder().encode(`data: ${pad}\n\n`)) }, { highWaterMark: 1 })
      Readable.fromWeb(flood as WebStream, { signal: end.signal }).on('error', () => {}).pipe(response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const socket = dial((server.address() as AddressInfo).port, '127.0.0.1')
    socket.pause()
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n')
    await until('the connection to be there', () => here.hints.count() === 1)
    await until('it to be cut', () => here.hints.count() === 0)
    socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('presence', () => {
  it('goes from one process to another, with the pointer in canvas coordinates, and never back to oneself', async () => {
    const mine = await open(here, owner)
    const mineToo = await open(there, owner)
    const theirs = await open(there, other)
    const { ticket } = await mine.hears<HelloFrame>('hello')
    await until('all to be known', () => here.presence.of(environmentId).size === 3 && there.presence.of(environmentId).size === 3)
    // Another process than the one that has the stream takes it.
    takePresence(there, environmentId, { ...place({ pointer: { x: -120, y: 48.5 }, selected: ['svc_1'], open: 'svc_1' }), ticket })
    const frame = await theirs.hears<PresenceFrame>('presence', ({ tabs: all }) => all.some(({ pointer }) => pointer?.x === -120))
    const moved = frame.tabs.find(({ pointer }) => pointer !== null)!
    expect(moved).toMatchObject({ pointer: { x: -120, y: 48.5 }, selected: ['svc_1'], open: 'svc_1', user: { name: 'Olivia Owner', role: 'owner' } })
    for (const own of [mine, mineToo]) {
      await own.hears<PresenceFrame>('presence', ({ tabs: [tab] }) => tab?.user.name === 'Ada Other')
      expect(JSON.stringify(own.heard.filter(({ type }) => type === 'presence'))).not.toContain('Olivia Owner')
    }
    await mine.close()
    await theirs.hears<PresenceFrame>('presence', ({ gone }) => gone.includes(moved.key))
  })

  it('keeps who comes again at once, as after the connection was made anew', async () => {
    const watching = await open(here, owner)
    const first = await open(here, other, { tab: 'the-same-tab' })
    await watching.hears<PresenceFrame>('presence', ({ tabs: [tab] }) => tab?.user.name === 'Ada Other')
    await first.close()
    await open(there, other, { tab: 'the-same-tab' })
    const last = await open(there, await member('bo@example.com', 'Bo Third'))
    await watching.hears<PresenceFrame>('presence', ({ tabs: [tab] }) => tab?.user.name === 'Bo Third')
    await last.close()
    await watching.hears<PresenceFrame>('presence', ({ gone }) => gone.length > 0)
    expect(watching.heard.filter(({ type, data }) => type === 'presence' && JSON.stringify((data as PresenceFrame).gone).includes('the-same-tab'))).toEqual([])
  })

  it('forgets the people of a process that was killed', async () => {
    const patience = { repeatMs: 100, forgetMs: 400, returnMs: 100 }
    const [killed, left] = [connect(t.url, { poolSize: 2, name: 'web' }), connect(t.url, { poolSize: 2, name: 'web' })]
    databases.push(left)
    const rooms = [makePresence(killed, patience), makePresence(left, patience)]
    const tab = (key: string) => ({ key, user: { id: key, name: key, role: 'viewer' as const }, ...place() })
    rooms[0]!.join({ environmentId, tab: tab('gone soon') })
    rooms[1]!.join({ environmentId, tab: tab('stays') })
    await until('both to be known', () => rooms[1]!.of(environmentId).size === 2)
    rooms[0]!.close()
    await killed.close()
    await until('one to be forgotten', () => rooms[1]!.of(environmentId).size === 1)
    expect([...rooms[1]!.of(environmentId).keys()]).toEqual(['stays'])
    rooms[1]!.close()
  })

  it('takes no word with a ticket of another environment, an altered one, or one that has ended', async () => {
    const tab = await open(here, owner)
    const { ticket } = await tab.hears<HelloFrame>('hello')
    const elsewhere = (await t.project(owner, 'Other')).environmentId
    expect(() => takePresence(here, elsewhere, { ...place(), ticket })).toThrow(/another environment/)
    expect(() => takePresence(here, environmentId, { ...place(), ticket: `A${ticket!}` })).toThrow(/ticket/)
    expect(() => takePresence(here, environmentId, { ...place({ selected: Array.from({ length: 21 }, () => 'svc') }), ticket })).toThrow(/where somebody is/)
    t.clock.now = new Date(t.clock.now.getTime() + 10 * 60_000)
    expect(() => takePresence(here, environmentId, { ...place(), ticket })).toThrow(/has ended/)
  })

  it('shows no program: an API token looks on, is not seen, and is not told who is here', async () => {
    const person = await open(here, other)
    await person.hears('presence')
    const { value: token } = await t.call(tokenCreate, { organizationId: owner.organization!.id, name: 'watcher', scope: 'read' }, { as: owner })
    const program = await openTab(here, { environmentId, token })
    tabs.push(program)
    expect(await program.hears<HelloFrame>('hello')).toMatchObject({ ticket: null })
    await program.hears('graph')
    await draw('web')
    await program.hears('change')
    await person.hears('change')
    expect(program.heard.filter(({ type }) => type === 'presence')).toEqual([])
    expect(JSON.stringify(person.heard)).not.toContain('"name":"Olivia Owner","role"')
  })

  it('bears fifty people who move at once', async () => {
    const watching = await open(here, other)
    await watching.hears('presence')
    const tab = (n: number) => ({ key: `p${n}`, user: { id: `usr_${n}`, name: `Person ${n}`, role: 'developer' as const }, ...place() })
    const leave = Array.from({ length: 50 }, (_, n) => there.presence.join({ environmentId, tab: tab(n) }))
    await until('all to be here', () => here.presence.of(environmentId).size === 51)
    for (let step = 1; step <= 20; step++) {
      for (let n = 0; n < 50; n++) there.presence.move(environmentId, `p${n}`, place({ pointer: { x: n, y: step } }))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const last = () => watching.heard.flatMap(({ type, data }) => (type === 'presence' ? (data as PresenceFrame).tabs : [])).reduce((known, each) => known.set(each.key, each.pointer?.y ?? 0), new Map<string, number>())
    await until('every last place', () => last().size === 50 && [...last().values()].every((y) => y === 20))
    leave.forEach((go) => go())
    await until('all to be gone', () => here.presence.of(environmentId).size === 1)
  })
})
