import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { Actor } from '../../lib/auth/actor'
import { authenticateBearer } from '../../lib/auth/authenticate'
import { deliverAlerts } from '../../lib/alerts/deliver'
import { evaluateAlerts } from '../../lib/alerts/evaluate'
import { resumeDeliveries } from '../../lib/alerts/resume'
import { alertList, alertRemoveRule, alertRules, alertSaveRule, alertSilence, alertUnsilence } from '../../lib/contract/alert'
import { channelCreate, channelDelete, channelList, channelTest, channelUpdate } from '../../lib/contract/channel'
import { projectCreate } from '../../lib/contract/project'
import { serviceCreate } from '../../lib/contract/service'
import { beginDelivery, nextDelivery } from '../../lib/db/queries/engine/deliveries'
import { record } from '../../lib/db/queries/engine/metrics'
import type { Message } from '../../lib/domain/alert/channel'
import { newId } from '../../lib/ids'
import { log } from '../../lib/log'
import { platformForTest, type TestPlatform } from '../harness/platform'
import { startPostSink } from '../harness/post-sink'
import { startSmtpSink } from '../harness/smtp-sink'

// Rounds on a real database: what is known of services is written as the worker that leads would, and the clock is moved.

let t: TestPlatform
let as: Actor
let organizationId: string
let environmentId: string
let sink: Awaited<ReturnType<typeof startPostSink>>
const signal = new AbortController().signal

beforeAll(async () => {
  t = await platformForTest()
  const owner = await t.owner()
  // For as long as the clock may be moved.
  as = await authenticateBearer(t.platform, `Bearer ${owner.accessToken}`)
  organizationId = owner.organization!.id
  sink = await startPostSink()
})
afterAll(async () => {
  await sink.close()
  await t.close()
})
beforeEach(async () => {
  environmentId = (await t.call(projectCreate, { name: `Shop ${newId('request').slice(-6)}` }, { as })).environments[0]!.id
  sink.received.length = 0
  uses.clear()
  sink.answer({ status: 200, body: 'ok' })
})
afterEach(async () => {
  await t.database.sql`update projects set deleted_at = now()`
  await t.database.sql`delete from alert_channels`
  await t.database.sql`delete from graphile_worker._private_jobs`
})

/** By service, what measures it again. */
const uses = new Map<string, () => Promise<void>>()

/** A service that was deployed and runs, as far as tables say. */
async function running(name: string): Promise<{ id: string; deploymentId: string; use(cpuMilli: number | null): Promise<void>; phase(phase: string): Promise<void> }> {
  const { id } = await t.call(serviceCreate, { environmentId, name, source: { type: 'template', template: 'node-service' } }, { as })
  const deploymentId = newId('deployment')
  const spec = JSON.stringify({ source: {}, settings: {} })
  await t.database.sql`insert into deployments (id, service_id, number, status, trigger, spec, variables_sealed, config_revision) values (${deploymentId}, ${id}, 1, 'active', 'manual', ${spec}::text::jsonb, '', 1)`
  await t.database.sql`update services set active_deployment_id = ${deploymentId} where id = ${id}`
  await t.database.sql`insert into workloads (name, environment_id, service_id, deployment_id, generation, phase, health, first_seen_at, changed_at, observed_at) values (${deploymentId}, ${environmentId}, ${id}, ${deploymentId}, 1, 'running', 'healthy', now(), now(), now())`
  return {
    id,
    deploymentId,
    async use(cpuMilli) {
      uses.delete(id)
      await t.database.sql`delete from metric_points where series_id in (select id from metric_series where service_id = ${id})`
      if (cpuMilli === null) return
      const labels = { environmentId, serviceId: id, deploymentId, part: '0' }
      uses.set(id, () => record(t.database.db, [{ measure: 'memory', labels, at: t.clock.now, value: 1000 }, { measure: 'cpu', labels, at: t.clock.now, value: cpuMilli, limit: 1000 }]))
      await uses.get(id)!()
    },
    phase: async (phase) => void (await t.database.sql`update workloads set phase = ${phase} where service_id = ${id}`),
  }
}

/** Looks so often, ten seconds apart; what was measured is measured again. */
async function look(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    t.clock.now = new Date(t.clock.now.getTime() + 10_000)
    await t.database.sql`update workloads set observed_at = ${t.clock.now.toISOString()}`
    for (const measure of uses.values()) await measure()
    await evaluateAlerts(t.platform)
  }
}

const hook = (settings: object = {}, secret?: string) => t.call(channelCreate, { organizationId, name: `hook ${newId('request').slice(-8)}`, settings: { kind: 'webhook', url: `${sink.url}/hook`, ...settings } as never, ...(secret === undefined ? {} : { secret }) }, { as })
const rooms = () => ({ db: t.database.db, sql: t.database.sql, seal: t.platform.seal, log, now: () => t.clock.now, allowsPrivate: true, timeoutMs: 500 })
const deliver = (channelId: string) => deliverAlerts(rooms(), channelId, signal)
const listed = async () => (await t.call(alertList, { organizationId, environmentId }, { as })).items
const arrived = () => sink.received.map(({ body }) => JSON.parse(body) as Extract<Message, { kind: 'alerts' }> & { deliveryId: string })
const toldOf = () => arrived().flatMap(({ alerts }) => alerts.map(({ what, subject }) => `${what} ${subject}`))
const cpuRule = (over: object = {}) => t.call(alertSaveRule, { environmentId, key: 'cpu', kind: 'cpu', threshold: 90, forSeconds: 30, ...over }, { as })
const shown = async (id: string) => (await t.call(channelList, { organizationId }, { as })).items.find((each) => each.id === id)!

describe('a round', () => {
  it('fires when it lasts, tells once, and resolves when it is well again', async () => {
    const channel = await hook()
    const api = await running('api')
    await cpuRule()
    await api.use(970)
    await look(3)
    expect(await listed()).toEqual([])
    expect((await t.call(alertList, { organizationId, environmentId, state: 'pending' }, { as })).items).toMatchObject([{ state: 'pending', subject: 'api' }])
    await look(5)
    expect(await listed()).toMatchObject([{ state: 'firing', kind: 'cpu', summary: 'CPU of api is 97 %, above 90 % of its limit for 30 s', service: { id: api.id } }])
    await api.use(100)
    await look(8)
    expect(await listed()).toMatchObject([{ state: 'resolved', end: 'recovered' }])
    expect(await deliver(channel.id)).toBeNull()
    expect(toldOf()).toEqual(['firing api', 'resolved api'])
    const [{ n }] = (await t.database.sql`select count(*)::int as n from events where environment_id = ${environmentId} and type in ('alert.fired', 'alert.resolved')`) as unknown as [{ n: number }]
    expect(n).toBe(2)
  })

  it('takes what is not measured for nothing', async () => {
    const api = await running('api')
    await cpuRule()
    await api.use(970)
    await look(5)
    await api.use(null)
    await look(20)
    expect(await listed()).toMatchObject([{ state: 'firing' }])
  })

  it('tells of all that changed at once in one message', async () => {
    const channel = await hook()
    await cpuRule({ forSeconds: 0 })
    for (const name of ['api', 'web', 'jobs']) await (await running(name)).use(970)
    await look(1)
    await deliver(channel.id)
    expect(arrived()).toHaveLength(1)
    expect(toldOf().sort()).toEqual(['firing api', 'firing jobs', 'firing web'])
  })

  it('sends no storm of one that comes and goes', async () => {
    const channel = await hook()
    const api = await running('api')
    await cpuRule({ forSeconds: 0 })
    for (let i = 0; i < 6; i++) {
      await api.use(970)
      await look(1)
      await api.use(100)
      await look(7)
    }
    await deliver(channel.id)
    expect(toldOf()).toEqual(['firing api', 'resolved api'])
    expect(await listed()).toMatchObject([{ flaps: 5 }])
  })

  it('is one, however many workers look at the same time', async () => {
    const channel = await hook()
    const api = await running('api')
    await cpuRule({ forSeconds: 0 })
    await api.use(970)
    await Promise.all(Array.from({ length: 5 }, () => evaluateAlerts(t.platform)))
    await deliver(channel.id)
    expect(await listed()).toHaveLength(1)
    expect(toldOf()).toEqual(['firing api'])
  })

  it('knows what is down, and what is not meant to run', async () => {
    const api = await running('api')
    await api.phase('exited')
    await look(8)
    expect(await listed()).toMatchObject([{ kind: 'down', state: 'firing', summary: 'api: down for 1 min' }])
    await t.database.sql`update services set desired = 'stopped' where id = ${api.id}`
    await look(1)
    expect(await listed()).toMatchObject([{ state: 'resolved', end: 'gone' }])
  })

  it('knows failed deployments until one does not fail', async () => {
    const api = await running('api')
    const decide = (number: number, status: string) => t.database.sql`insert into deployments (id, service_id, number, status, trigger, spec, variables_sealed, config_revision, finished_at) values (${newId('deployment')}, ${api.id}, ${number}, ${status}, 'manual', '{}'::jsonb, '', 1, ${t.clock.now.toISOString()})`
    await decide(2, 'failed')
    await look(1)
    expect(await listed()).toMatchObject([{ kind: 'deployment_failed', state: 'firing' }])
    await decide(3, 'retired')
    await look(1)
    expect(await listed()).toMatchObject([{ state: 'resolved', end: 'recovered' }])
  })

  it('knows errors and slow answers of what passes the ingress, and full volumes and disks', async () => {
    const api = await running('api')
    await t.call(alertSaveRule, { environmentId, key: 'latency_p95', kind: 'latency_p95', threshold: 1_000, forSeconds: 0 }, { as })
    await t.call(alertSaveRule, { environmentId, key: 'error_rate', kind: 'error_rate', threshold: 5, forSeconds: 0 }, { as })
    await t.call(alertSaveRule, { environmentId, key: 'volume', kind: 'volume', threshold: 90, forSeconds: 0 }, { as })
    await t.call(alertSaveRule, { environmentId, key: 'disk', kind: 'disk', threshold: 90, forSeconds: 0 }, { as })
    const answers = { labels: { environmentId, serviceId: api.id, deploymentId: api.deploymentId, route: 'GET /', status: '2xx' }, at: t.clock.now }
    await record(t.database.db, [{ measure: 'requests', value: 100, ...answers }, { measure: 'errors', value: 20, ...answers }, { measure: 'latency', buckets: [[3_000, 100]], ...answers }])
    await t.database.sql`insert into volumes (id, environment_id, name, limit_mib, size_bytes) values (${newId('volume')}, ${environmentId}, 'data', 1, 1040000)`
    await t.database.sql`insert into heartbeats (name, kind, at, detail) values ('w', 'worker', ${new Date(t.clock.now.getTime() + 10_000).toISOString()}, ${JSON.stringify({ disk: { path: '/', totalBytes: 100, freeBytes: 2 } })}::text::jsonb)`
    await look(1)
    await t.database.sql`delete from heartbeats`
    expect((await listed()).map(({ kind }) => kind).sort()).toEqual(['disk', 'error_rate', 'latency_p95', 'volume'])
  })

  it('resolves what errors fired when nobody asks any more and the ingress says so; without its word, or while somebody asks in vain, it goes on', async () => {
    const api = await running('api')
    await t.call(alertSaveRule, { environmentId, key: 'error_rate', kind: 'error_rate', threshold: 5, forSeconds: 0 }, { as })
    await t.call(alertSaveRule, { environmentId, key: 'latency_p95', kind: 'latency_p95', threshold: 1_000, forSeconds: 0, isOn: true }, { as })
    const labels = { environmentId, serviceId: api.id }
    const answers = { labels: { ...labels, deploymentId: api.deploymentId, route: 'GET /', status: '5xx' }, at: t.clock.now }
    await record(t.database.db, [{ measure: 'requests', value: 100, ...answers }, { measure: 'errors', value: 20, ...answers }, { measure: 'latency', buckets: [[3_000, 100]], ...answers }])
    await look(1)
    const states = async () => Object.fromEntries((await listed()).map(({ kind, state }) => [kind, state]))
    expect(await states()).toEqual({ error_rate: 'firing', latency_p95: 'firing' })
    // The ingress is away: nobody knows who came.
    await look(30)
    expect(await states()).toEqual({ error_rate: 'firing', latency_p95: 'firing' })
    /** What a worker notes that is told of nothing by an ingress that answers. */
    uses.set(`${api.id} quiet`, () => record(t.database.db, [{ measure: 'requests', labels, at: t.clock.now, value: 0 }]))
    const inVain = () => record(t.database.db, [{ measure: 'requests', labels: { ...labels, route: 'GET /', status: '5xx' }, at: t.clock.now, value: 1 }, { measure: 'errors', labels: { ...labels, route: 'GET /', status: '5xx' }, at: t.clock.now, value: 1 }])
    uses.set(`${api.id} in vain`, inVain)
    await look(30)
    expect(await states()).toEqual({ error_rate: 'firing', latency_p95: 'firing' })
    uses.delete(`${api.id} in vain`)
    // The last that failed leaves the minute, and then it is quiet for two.
    await look(6 + 11)
    expect(await states()).toEqual({ error_rate: 'firing', latency_p95: 'firing' })
    await look(3)
    expect(await listed()).toMatchObject([{ state: 'resolved', end: 'recovered' }, { state: 'resolved', end: 'recovered' }])
  })
})

describe('rules and silences', () => {
  it('are as every environment has them until somebody says otherwise', async () => {
    const before = (await t.call(alertRules, { environmentId }, { as })).rules
    expect(before.every(({ origin }) => origin === 'standard')).toBe(true)
    await cpuRule({ isOn: false, threshold: 80 })
    const find = async () => (await t.call(alertRules, { environmentId }, { as })).rules.find(({ key }) => key === 'cpu')
    expect(await find()).toMatchObject({ isOn: false, threshold: 80, origin: 'changed' })
    await t.call(alertRemoveRule, { environmentId, key: 'cpu' }, { as })
    expect(await find()).toMatchObject({ isOn: true, threshold: 90, origin: 'standard' })
  })

  it('of one service take the place of the general one', async () => {
    const [api, web] = [await running('api'), await running('web')]
    await cpuRule({ forSeconds: 0 })
    const { key } = await t.call(alertSaveRule, { environmentId, kind: 'cpu', serviceId: api.id, threshold: 99, forSeconds: 0 }, { as })
    await api.use(970)
    await web.use(970)
    await look(1)
    expect(await listed()).toMatchObject([{ subject: 'web' }])
    await expect(t.call(alertSaveRule, { environmentId, key, kind: 'memory', threshold: 50, forSeconds: 0 }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(cpuRule({ threshold: 200 })).rejects.toMatchObject({ code: 'invalid_input' })
    await t.call(alertRemoveRule, { environmentId, key }, { as })
    await look(1)
    expect((await listed()).map(({ subject }) => subject).sort()).toEqual(['api', 'web'])
  })

  it('a rule that is switched off ends what it fired', async () => {
    const api = await running('api')
    await cpuRule({ forSeconds: 0 })
    await api.use(970)
    await look(1)
    await cpuRule({ isOn: false })
    await look(1)
    expect(await listed()).toMatchObject([{ state: 'resolved', end: 'switched_off' }])
  })

  it('nobody is told in a silence; when it ends, what still fires is', async () => {
    const channel = await hook()
    const api = await running('api')
    await cpuRule({ forSeconds: 0 })
    const { id } = await t.call(alertSilence, { environmentId, serviceId: api.id, minutes: 60, reason: 'moving house' }, { as })
    await api.use(970)
    await look(2)
    expect(await listed()).toMatchObject([{ state: 'firing', silencedUntil: expect.any(String) as string }])
    expect(await nextDelivery(t.database.db, channel.id)).toBeNull()
    await t.call(alertUnsilence, { environmentId, silenceId: id }, { as })
    expect((await t.call(alertRules, { environmentId }, { as })).silences).toEqual([])
    await look(1)
    await deliver(channel.id)
    expect(toldOf()).toEqual(['firing api'])
  })
})

describe('messages', () => {
  const fire = async () => {
    const api = await running('api')
    await cpuRule({ forSeconds: 0 })
    await api.use(970)
    await look(1)
    return api
  }
  const later = (ms: number) => void (t.clock.now = new Date(t.clock.now.getTime() + ms))

  it('are queued with the change or not at all', async () => {
    const channel = await hook()
    const api = await running('api')
    await cpuRule({ forSeconds: 0 })
    await api.use(970)
    await t.database.sql`alter table graphile_worker._private_jobs rename to away`
    await expect(evaluateAlerts(t.platform)).rejects.toThrow()
    await t.database.sql`alter table graphile_worker.away rename to _private_jobs`
    expect(await listed()).toEqual([])
    expect(await nextDelivery(t.database.db, channel.id)).toBeNull()
    await look(1)
    const jobs = await t.database.sql`select key from graphile_worker.jobs where key = ${`channel:${channel.id}`}`
    expect(jobs).toHaveLength(1)
  })

  it('that do not get through are tried again, later and later, in their order, and the channel says so', async () => {
    const channel = await hook()
    sink.answer({ status: 500, body: 'no' })
    const api = await fire()
    const first = await deliver(channel.id)
    expect(first!.getTime() - t.clock.now.getTime()).toBe(10_000)
    await api.use(100)
    await look(8)
    await deliver(channel.id)
    expect(await shown(channel.id)).toMatchObject({ failing: { message: 'It answered 500: no' }, waiting: 2, sentAt: null })
    expect(new Set(arrived().map(({ deliveryId }) => deliveryId)).size).toBe(1)
    sink.answer({ status: 204 })
    later(60_000)
    sink.received.length = 0
    expect(await deliver(channel.id)).toBeNull()
    expect(toldOf()).toEqual(['firing api', 'resolved api'])
    expect(await shown(channel.id)).toMatchObject({ failing: null, waiting: 0 })
  })

  it('are dropped when their channel is switched off', async () => {
    const channel = await hook()
    await fire()
    await t.call(channelUpdate, { organizationId, channelId: channel.id, isOn: false }, { as })
    expect(await deliver(channel.id)).toBeNull()
    expect(sink.received).toEqual([])
  })

  it('are given up after a day, and those behind go on', async () => {
    const channel = await hook()
    sink.answer('silence')
    await fire()
    later(24 * 3_600_000)
    await deliver(channel.id)
    expect(await shown(channel.id)).toMatchObject({ waiting: 0, failing: { message: expect.stringContaining('did not answer') as string } })
  })

  it('whose worker dies before it knows are sent again with the same id; one that is known to have arrived is not', async () => {
    const channel = await hook()
    await fire()
    // What a worker does until it is killed: it counts the attempt, and the other side has the message.
    const delivery = (await nextDelivery(t.database.db, channel.id))!
    await beginDelivery(t.database.db, delivery.id)
    await fetch(`${sink.url}/hook`, { method: 'POST', body: JSON.stringify({ deliveryId: delivery.id, alerts: [] }) })
    await t.database.sql`delete from graphile_worker._private_jobs`
    await resumeDeliveries(rooms())
    expect(await t.database.sql`select key from graphile_worker.jobs where key = ${`channel:${channel.id}`}`).toHaveLength(1)
    await deliver(channel.id)
    expect(arrived().map(({ deliveryId }) => deliveryId)).toEqual([delivery.id, delivery.id])
    await deliver(channel.id)
    expect(sink.received).toHaveLength(2)
  })

  it('are sent by one worker at a time', async () => {
    const channel = await hook()
    await fire()
    await Promise.all(Array.from({ length: 4 }, () => deliver(channel.id)))
    expect(sink.received).toHaveLength(1)
  })

  it('go to every channel that is on', async () => {
    const smtp = await startSmtpSink()
    const mail = await t.call(channelCreate, { organizationId, name: 'mail', settings: { kind: 'email', host: 'localhost', port: smtp.port, security: 'none', from: 'easel@example.com', to: ['team@example.com'] } }, { as })
    const chat = await t.call(channelCreate, { organizationId, name: 'chat', settings: { kind: 'slack' }, secret: `${sink.url}/services/x` }, { as })
    const off = await hook()
    await t.call(channelUpdate, { organizationId, channelId: off.id, isOn: false }, { as })
    await fire()
    for (const { id } of [mail, chat, off]) await deliver(id)
    expect(smtp.received).toMatchObject([{ to: ['team@example.com'] }])
    expect(sink.received.map(({ path }) => path)).toEqual(['/services/x'])
    await smtp.close()
  })
})

describe('a channel', () => {
  it('go only to the channels that their rule names, and the end of an alert to whom its beginning was told', async () => {
    const [night, day, all] = [await hook(), await hook(), await hook()]
    const api = await running('api')
    await cpuRule({ forSeconds: 0, channelIds: [night.id] })
    const waiting = async () => Object.fromEntries((await t.database.sql<{ channel_id: string; what: string }[]>`select channel_id, message #>> '{alerts,0,what}' as what from alert_deliveries order by id`).map(({ channel_id, what }) => [channel_id, what]))
    await api.use(970)
    await look(2)
    expect(await waiting()).toEqual({ [night.id]: 'firing' })
    // Saved without a word about channels, they stay; a test in between is no word either.
    expect(await cpuRule({ forSeconds: 0 })).toMatchObject({ channelIds: [night.id], origin: 'changed' })
    await cpuRule({ forSeconds: 0, channelIds: [day.id] })
    await api.use(100)
    await look(16)
    expect(await waiting()).toEqual({ [night.id]: 'resolved' })
    expect((await t.call(alertRules, { environmentId }, { as })).channels.map(({ id }) => id).sort()).toEqual([night.id, day.id, all.id].sort())
    // Nobody waits for a channel that is gone.
    await t.call(channelDelete, { organizationId, channelId: day.id }, { as })
    const [rule] = (await t.call(alertRules, { environmentId }, { as })).rules.filter(({ key }) => key === 'cpu')
    expect(rule!.channelIds).toBeNull()
    expect(await cpuRule({ channelIds: [] })).toMatchObject({ channelIds: [] })
    await expect(cpuRule({ channelIds: [newId('channel')] })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('of a rule that names none are not sent, and fire all the same', async () => {
    const channel = await hook()
    const api = await running('api')
    await cpuRule({ forSeconds: 0, channelIds: [] })
    await api.use(970)
    await look(2)
    expect(await listed()).toMatchObject([{ state: 'firing', kind: 'cpu' }])
    expect(await t.database.sql`select 1 from alert_deliveries where channel_id = ${channel.id}`).toHaveLength(0)
  })

  it('tells what a test was answered, also while other messages wait', async () => {
    const channel = await hook()
    sink.answer({ status: 503 })
    const api = await running('api')
    await cpuRule({ forSeconds: 0 })
    await api.use(970)
    await look(1)
    await deliver(channel.id)
    sink.answer({ status: 404, body: 'no such hook' })
    expect(await t.call(channelTest, { organizationId, channelId: channel.id }, { as })).toMatchObject({ test: { status: 'queued' } })
    await expect(t.call(channelTest, { organizationId, channelId: channel.id }, { as })).rejects.toMatchObject({ code: 'not_now' })
    await deliver(channel.id)
    expect(await shown(channel.id)).toMatchObject({ test: { status: 'failed', answer: 'It answered 404: no such hook' }, waiting: 1 })
    sink.answer({ status: 200, body: 'ok' })
    await t.call(channelTest, { organizationId, channelId: channel.id }, { as })
    await deliver(channel.id)
    expect(await shown(channel.id)).toMatchObject({ test: { status: 'sent' }, waiting: 0, failing: null })
  })

  it('shows no secret, and takes none elsewhere', async () => {
    const mail = await t.call(channelCreate, { organizationId, name: 'mail', settings: { kind: 'email', host: 'smtp.example.com', username: 'easel', from: 'easel@example.com', to: ['a@example.com'] }, secret: 'a password' }, { as })
    const chat = await t.call(channelCreate, { organizationId, name: 'chat', settings: { kind: 'discord' }, secret: 'https://discord.com/api/webhooks/1/secret' }, { as })
    expect(JSON.stringify([mail, chat, await t.call(channelList, { organizationId }, { as })])).not.toMatch(/a password|webhooks/)
    expect(chat.settings).toEqual({ kind: 'discord', host: 'discord.com' })
    const elsewhere = { ...mail.settings, host: 'evil.example.com' }
    await expect(t.call(channelUpdate, { organizationId, channelId: mail.id, settings: elsewhere as never }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await t.call(channelUpdate, { organizationId, channelId: mail.id, settings: { ...mail.settings, to: ['b@example.com'] } as never }, { as })).toMatchObject({ hasSecret: true })
    expect(await t.call(channelUpdate, { organizationId, channelId: chat.id, name: 'chat 2' }, { as })).toMatchObject({ name: 'chat 2', hasSecret: true, settings: { host: 'discord.com' } })
    await expect(t.call(channelCreate, { organizationId, name: 'plain', settings: { kind: 'email', host: 'smtp.example.com', security: 'none', username: 'easel', from: 'easel@example.com', to: ['a@example.com'] }, secret: 'x' }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(t.call(channelCreate, { organizationId, name: 'chat 2', settings: { kind: 'slack' }, secret: 'https://hooks.slack.com/x' }, { as })).rejects.toMatchObject({ code: 'conflict' })
    await t.call(channelDelete, { organizationId, channelId: mail.id }, { as })
    expect((await t.call(channelList, { organizationId }, { as })).items.map(({ name }) => name)).toEqual(['chat 2'])
  })
})
