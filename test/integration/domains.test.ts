import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { authLogin } from '../../lib/contract/auth'
import { changeList } from '../../lib/contract/change'
import { certificateUpload, domainCheck, domainCreate, domainDelete, domainGet, domainList, domainResume, domainUpdate } from '../../lib/contract/domain'
import { serviceCreate, serviceDelete, serviceGet, variableList, variableReplace } from '../../lib/contract/service'
import { DEFAULT_RULES } from '../../lib/domain/site'
import { due } from '../../lib/db/queries/engine/domains'
import { isAppError } from '../../lib/errors'
import { followAddress } from '../../lib/operations/domain/follow-address'
import { checkDomains } from '../../lib/worker/check-domains'
import { engineForTest, type TestEngine } from '../harness/engine'
import { record, startNameServer, type NameServer } from '../harness/name-server'
import { strangerTo } from '../harness/possessions'
import type { SignedIn } from '../harness/platform'

// Host names from typing to being given up: real operations and PostgreSQL, a name server that says what is wanted.

const HOUR_MS = 3_600_000
const signal = new AbortController().signal

let t: TestEngine
let names: NameServer
let web: string
let api: string
let elsewhere: { as: SignedIn; serviceId: string }

beforeAll(async () => {
  names = await startNameServer()
  t = await engineForTest({ EASEL_INGRESS_DOMAIN: 'apps.easel-host.com', EASEL_INGRESS_ADDRESSES: '198.51.100.4', EASEL_DNS_RESOLVERS: names.address })
  // Nothing listens on these ports, so that no look leaves the machine for longer than a refusal takes.
  Object.assign(t.engine.config, { dnsResolvers: [names.address] })
  web = (await t.service('web')).id
  api = (await t.service('api')).id
  const { stranger } = await strangerTo(t, await t.call(authLogin, { email: 'owner@example.com', password: 'correct horse' }))
  const { environmentId } = await t.project(stranger, 'Theirs')
  elsewhere = { as: stranger, serviceId: (await t.call(serviceCreate, { environmentId, source: { type: 'template', template: 'node-service' } }, { as: stranger })).id }
})
afterAll(async () => {
  await t?.close()
  await names?.close()
})
afterEach(async () => {
  await t.database.sql`delete from domains`
  for (const name of Object.keys(names.zone)) delete names.zone[name]
})

const add = (hostname: string, serviceId = web) => t.call(domainCreate, { serviceId, hostname }, { as: t.as })
const get = (domainId: string) => t.call(domainGet, { domainId }, { as: t.as })
const own = async (id: string) => void (await t.database.sql`update domains set owned_at = now(), state = 'verifying' where id = ${id}`)
const activate = async (id: string) => void (await t.database.sql`update domains set owned_at = now(), active_at = now(), state = 'active' where id = ${id}`)

async function refusalOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await work.then(() => null, (cause: unknown) => cause)
  if (!isAppError(error)) throw new Error(`Expected a refusal, got ${String(error)}.`)
  return { code: error.code, message: error.message }
}

/** Looks as the worker does, as if the time of this one had come. */
async function look(id: string) {
  await t.database.sql`update domains set next_check_at = now() - interval '1 minute' where id = ${id}`
  await checkDomains(t.engine, signal)
  return get(id)
}
const checkOf = (view: Awaited<ReturnType<typeof get>>, check: string) => view.checks.find((each) => each.check === check)

describe('a new host name', () => {
  it('is looked at before thousands that are due since the instance was away', async () => {
    for (let i = 0; i < 20; i++) await activate((await add(`due-${i}.example.com`)).id)
    await t.database.sql`update domains set next_check_at = now() - interval '1 hour', checked_at = now() - interval '2 hours'`
    const asked = await add('asked.example.com', api)
    await t.database.sql`update domains set checked_at = now(), next_check_at = now() + interval '1 hour' where id = ${asked.id}`
    await t.call(domainCheck, { domainId: asked.id }, { as: t.as })
    const fresh = await add('new.example.com')
    expect((await due(t.database.db, t.engine.now(), 16)).map(({ id }) => id).slice(0, 2)).toEqual([asked.id, fresh.id])
  })
})

describe('redirects', () => {
  it('that send visitors round are refused, also by way of a name that sends them back', async () => {
    const [primary] = [await add('www.round.com'), await add('round.com')]
    const lead = (redirects: { from: string; to: string }[]) => t.call(domainUpdate, { domainId: primary!.id, rules: { redirects } }, { as: t.as })
    expect(await refusalOf(lead([{ from: '/a', to: '/b' }, { from: '/b', to: '/a' }]))).toMatchObject({ code: 'invalid_input', message: 'Visitors would be sent round without end: /a → /b → /a. Let one of these redirects lead elsewhere.' })
    expect(await refusalOf(lead([{ from: '/*', to: 'https://round.com/*' }]))).toMatchObject({ code: 'invalid_input' })
    expect((await lead([{ from: '/*', to: '/soon' }])).rules.redirects).toHaveLength(1)
  })
})

describe('who gets a host name', () => {
  it('is whoever comes first, in every way it is written', async () => {
    const view = await add('https://WWW.Bücher-Shop.de./kaufen')
    expect(view).toMatchObject({ hostname: 'www.xn--bcher-shop-9db.de', display: 'www.bücher-shop.de', state: 'pending', isPrimary: true, records: [{ type: 'CNAME', name: 'www.xn--bcher-shop-9db.de', purpose: 'both' }] })
    expect(await refusalOf(add('www.bücher-shop.de', api))).toMatchObject({ code: 'conflict', message: expect.stringContaining('another service of this organization') as string })
    expect(await refusalOf(add('www.bücher-shop.de'))).toMatchObject({ code: 'conflict', message: expect.stringContaining('This service has it already') as string })
    expect(await refusalOf(t.call(domainCreate, { serviceId: elsewhere.serviceId, hostname: 'www.bücher-shop.de' }, { as: elsewhere.as }))).toMatchObject({ code: 'conflict', message: expect.stringContaining('Another organization') as string })
  })

  it('is one of many who come at once', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? add('race.example.com', i % 4 === 0 ? web : api) : t.call(domainCreate, { serviceId: elsewhere.serviceId, hostname: 'race.example.com' }, { as: elsewhere.as }))))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(tries.flatMap((each) => (each.status === 'rejected' ? [(each.reason as { code: string }).code] : []))).toEqual(Array(11).fill('conflict'))
    expect(await t.database.sql`select id from domains where hostname = 'race.example.com'`).toHaveLength(1)
  })

  it('is one of two organizations, each of forty times, also where one writes it otherwise and one takes up what was given up', async () => {
    for (let i = 0; i < 40; i++) {
      const hostname = `race-${i}.example.com`
      const given = i % 2 === 0 ? null : await add(hostname)
      if (given) await t.database.sql`update domains set state = 'failed', owned_at = null, reason = 'gave_up' where id = ${given.id}`
      const mine = given ? t.call(domainResume, { domainId: given.id }, { as: t.as }) : add(`https://RACE-${i}.Example.com./`)
      const tries = await Promise.allSettled([mine, t.call(domainCreate, { serviceId: elsewhere.serviceId, hostname }, { as: elsewhere.as })])
      expect(tries.map(({ status }) => status).sort(), hostname).toEqual(['fulfilled', 'rejected'])
      expect(tries.flatMap((each) => (each.status === 'rejected' ? [(each.reason as { code: string }).code] : []))).toEqual(['conflict'])
      expect(await t.database.sql`select 1 from domains where hostname = ${hostname} and state <> 'failed'`).toHaveLength(1)
    }
  }, 120_000)

  it('is told to whoever asks for a part of the name, page by page, however many there are', async () => {
    await t.database.sql`
      insert into domains (id, organization_id, environment_id, service_id, hostname, token, is_primary, redirects_to_primary, paths, rules, state, checks, since, attempts, next_check_at)
      select 'dom_' || lpad(n::text, 22, '0'), ${t.organizationId}, ${t.environmentId}, ${web}, 'shop-' || n || '.example.net', 'easel-' || n, false, false, '[]', ${JSON.stringify(DEFAULT_RULES)}::text::jsonb, 'pending', '[]', now(), 0, now() + interval '1 hour' from generate_series(1, 3000) n`
    const seen = new Set<string>()
    for (let cursor: string | undefined; ; ) {
      const page = await t.call(domainList, { environmentId: t.environmentId, serviceId: web, limit: 100, ...(cursor === undefined ? {} : { cursor }) }, { as: t.as })
      for (const { id } of page.items) seen.add(id)
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    expect(seen.size).toBe(3_000)
    await add('bücher.example.net')
    const found = async (search: string) => (await t.call(domainList, { environmentId: t.environmentId, serviceId: web, search }, { as: t.as })).items.map(({ hostname }) => hostname)
    expect(await found('SHOP-2999')).toEqual(['shop-2999.example.net'])
    expect(await found('bücher')).toEqual(['xn--bcher-kva.example.net'])
    expect([await found('%'), await found('_')]).toEqual([[], []])
  }, 120_000)

  it('is looked at in turn: one organization with thousands that nobody answers for keeps the names of others waiting for one round', async () => {
    const theirs = await t.call(domainCreate, { serviceId: elsewhere.serviceId, hostname: 'late-comer.example.org' }, { as: elsewhere.as })
    await t.database.sql`
      insert into domains (id, organization_id, environment_id, service_id, hostname, token, is_primary, redirects_to_primary, paths, rules, state, checks, since, attempts, next_check_at)
      select 'dom_' || lpad(n::text, 22, '0'), ${t.organizationId}, ${t.environmentId}, ${web}, 'many-' || n || '.example.net', 'easel-' || n, false, false, '[]', ${JSON.stringify(DEFAULT_RULES)}::text::jsonb, 'pending', '[]', now(), 0, now() - interval '1 hour' from generate_series(1, 3000) n`
    await checkDomains(t.engine, signal)
    expect((await t.call(domainGet, { domainId: theirs.id }, { as: elsewhere.as })).checkedAt).not.toBeNull()
    const [{ n }] = (await t.database.sql<{ n: number }[]>`select count(*)::int as n from domains where checked_at is not null`) as unknown as [{ n: number }]
    expect(n).toBeLessThanOrEqual(16)
    expect(n).toBeGreaterThan(1)
    // Whoever presses the button is not behind them either.
    const own = await add('asked-for.example.com')
    const asked = await t.call(domainCheck, { domainId: own.id }, { as: t.as })
    expect(Date.parse(asked.nextCheckAt!)).toBeGreaterThan(Date.now() - HOUR_MS)
    await checkDomains(t.engine, signal)
    expect((await get(own.id)).checkedAt).not.toBeNull()
  }, 120_000)

  it('is not somebody below what others have proven; below what they only claim it is', async () => {
    const above = await add('example.com')
    const theirs = await t.call(domainCreate, { serviceId: elsewhere.serviceId, hostname: 'shop.example.com' }, { as: elsewhere.as })
    await t.call(domainDelete, { domainId: theirs.id }, { as: elsewhere.as })
    await own(above.id)
    for (const hostname of ['shop.example.com', '*.example.com', 'a.b.example.com']) expect(await refusalOf(t.call(domainCreate, { serviceId: elsewhere.serviceId, hostname }, { as: elsewhere.as }))).toMatchObject({ code: 'conflict' })
    await expect(add('*.example.com', api)).resolves.toMatchObject({ isWildcard: true, isPrimary: false })
    await expect(add('shop.example.com')).resolves.toMatchObject({ hostname: 'shop.example.com' })
  })

  it('is nobody where it is ours, a suffix of everybody, or no service of the web', async () => {
    const words = async (hostname: string) => (await refusalOf(add(hostname))).message
    expect(await Promise.all(['co.uk', 'github.io', 'x.apps.easel-host.com', '*.easel-host.com'].map(words))).toEqual([expect.stringContaining('public suffix'), expect.stringContaining('public suffix'), expect.stringContaining('given by Easel itself'), expect.stringContaining('would cover')])
    await t.database.sql`update services set source = '{"type":"database","engine":"postgres","version":"16"}' where id = ${api}`
    expect(await refusalOf(add('db.example.com', api))).toMatchObject({ code: 'not_now' })
    await t.database.sql`update services set source = (select source from services where id = ${web}) where id = ${api}`
  })

  it('is free at once when its service is being deleted', async () => {
    const gone = await t.call(serviceCreate, { environmentId: t.environmentId, source: { type: 'template', template: 'node-service' } }, { as: t.as })
    const { id } = await add('moving.example.com', gone.id)
    await own(id)
    await t.call(serviceDelete, { serviceId: gone.id }, { as: t.as })
    expect(await refusalOf(get(id))).toMatchObject({ code: 'not_found' })
    await expect(t.call(domainCreate, { serviceId: elsewhere.serviceId, hostname: 'moving.example.com' }, { as: elsewhere.as })).resolves.toMatchObject({ state: 'pending' })
  })
})

describe('of the host names of a service', () => {
  it('one is the primary, whatever comes and goes; links and variables name it once it answers', async () => {
    const first = await add('one.example.com')
    const second = await add('two.example.com')
    await add('*.example.org')
    const primary = async () => (await t.call(domainList, { environmentId: t.environmentId, serviceId: web }, { as: t.as })).items.filter(({ isPrimary }) => isPrimary).map(({ hostname }) => hostname)
    expect(await primary()).toEqual(['one.example.com'])
    await t.call(domainUpdate, { domainId: second.id, isPrimary: true }, { as: t.as })
    expect(await primary()).toEqual(['two.example.com'])
    const url = async () => (await t.call(serviceGet, { serviceId: web }, { as: t.as })).url
    expect(await url()).toMatch(/\.apps\.easel-host\.com/)
    await activate(second.id)
    expect(await url()).toBe('http://two.example.com:8080')
    const { platform } = await t.call(variableList, { serviceId: web }, { as: t.as })
    expect(platform.find(({ key }) => key === 'EASEL_PUBLIC_DOMAIN')?.value).toBe('two.example.com')
    await t.call(domainDelete, { domainId: second.id }, { as: t.as })
    expect(await primary()).toEqual(['one.example.com'])
    await t.call(domainUpdate, { domainId: first.id, serviceId: api }, { as: t.as })
    expect([await primary(), (await get(first.id)).isPrimary]).toEqual([[], true])
  })

  it('are what services that refer to the address for people are told to take up, when it changes', async () => {
    await t.call(variableReplace, { serviceId: api, variables: { CALLBACK: { value: '${{web.PUBLIC_URL}}/done', secret: false } } }, { as: t.as })
    const other = await t.call(serviceCreate, { environmentId: t.environmentId, source: { type: 'template', template: 'node-service' } }, { as: t.as })
    for (const id of [web, api, other.id]) await t.deploy({ id })
    await t.settle()
    const changed = async () => (await t.call(changeList, { environmentId: t.environmentId }, { as: t.as })).changes.filter(({ kind }) => kind === 'changed').map(({ name, differences }) => [name, differences.map(({ label }) => label)])
    expect(await changed()).toEqual([])
    // Given by a look, by a person, and by taking one away.
    const first = await add('first.example.com')
    await t.database.sql`update domains set owned_at = now() where id = ${first.id}`
    const [row] = await due(t.database.db, t.engine.now(), 10)
    await followAddress({ db: t.database.db, seal: t.engine.seal }, { environmentId: t.environmentId, serviceIds: [web] }, async () => void (await activate(row!.id)))
    expect(await changed()).toEqual([['api', ['What its variables refer to']]])
    const taken = async () => {
      await t.deploy({ id: api })
      await t.settle()
      expect(await changed()).toEqual([])
    }
    await taken()
    const second = await add('second.example.com')
    await activate(second.id)
    expect(await changed()).toEqual([])
    await t.call(domainUpdate, { domainId: second.id, isPrimary: true }, { as: t.as })
    expect(await changed()).toEqual([['api', ['What its variables refer to']]])
    await taken()
    await t.call(domainUpdate, { domainId: first.id, redirectsToPrimary: false }, { as: t.as })
    expect(await changed()).toEqual([])
    await t.call(domainDelete, { domainId: second.id }, { as: t.as })
    expect(await changed()).toEqual([['api', ['What its variables refer to']]])
    await taken()
    await t.call(variableReplace, { serviceId: api, variables: {} }, { as: t.as })
    await t.call(serviceDelete, { serviceId: other.id }, { as: t.as })
  })

  it('each has rules whose passwords are hashed and never answered back', async () => {
    const { id } = await add('rules.example.com')
    const saved = await t.call(domainUpdate, { domainId: id, rules: { basicAuth: [{ name: 'ana', password: 'open sesame' }], headers: [{ name: 'X-Frame-Options', value: 'DENY' }] }, paths: [{ prefix: '/api/', serviceId: api }] }, { as: t.as })
    expect(saved).toMatchObject({ rules: { forceHttps: true, basicAuth: [{ name: 'ana' }] }, paths: [{ prefix: '/api', serviceId: api, isStripped: false }] })
    const [row] = await t.database.sql<{ rules: { basicAuth: { hash: string }[] } }[]>`select rules from domains where id = ${id}`
    expect(row!.rules.basicAuth[0]!.hash).toMatch(/^\$argon2id\$/)
    const kept = await t.call(domainUpdate, { domainId: id, rules: { basicAuth: [{ name: 'ana' }] } }, { as: t.as })
    expect(kept.rules.headers).toEqual([])
    const [after] = await t.database.sql<{ rules: { basicAuth: { hash: string }[] } }[]>`select rules from domains where id = ${id}`
    expect(after!.rules.basicAuth).toEqual([{ name: 'ana', hash: row!.rules.basicAuth[0]!.hash }])
    expect(await refusalOf(t.call(domainUpdate, { domainId: id, rules: { basicAuth: [{ name: 'bo' }] } }, { as: t.as }))).toMatchObject({ message: 'Give a password for bo.' })
    expect(await refusalOf(t.call(domainUpdate, { domainId: id, port: 9000 }, { as: t.as }))).toMatchObject({ message: expect.stringContaining('Docker target') as string })
    expect(await refusalOf(t.call(certificateUpload, { domainId: id, chain: 'nothing', key: 'nothing' }, { as: t.as }))).toMatchObject({ code: 'invalid_input' })
  })
})

describe('what the resolver says', () => {
  it.each<[string, (name: string) => void, string, RegExp]>([
    ['no such name', () => undefined, 'name_unknown', /does not exist in DNS/],
    ['no address', (name) => void (names.zone[name] = []), 'record_missing', /has no A, AAAA or CNAME record/],
    ['SERVFAIL', (name) => void (names.zone[name] = 'failed'), 'resolver_failed', /SERVFAIL/],
    ['a refusal', (name) => void (names.zone[name] = 'refused'), 'resolver_failed', /refuses to look up/],
    ['a circle', (name) => Object.assign(names.zone, { [name]: [record.cname(name, 'b.example.net')], 'b.example.net': [record.cname('b.example.net', name)] }), 'record_wrong', /in a circle/],
    ['a name that leads to nothing', (name) => void (names.zone[name] = [record.cname(name, 'gone.example.net')]), 'name_unknown', /leads to gone\.example\.net, which does not exist/],
    ['another address', (name) => void (names.zone[name] = [record.a(name, '127.0.0.9')]), 'leads_elsewhere', /leads to 127\.0\.0\.9; expected 198\.51\.100\.4\. Change its A record/],
    ['this address and another one', (name) => void (names.zone[name] = [record.a(name, '198.51.100.4'), record.a(name, '127.0.0.9')]), 'leads_elsewhere', /and elsewhere: 127\.0\.0\.9/],
  ])('%s is told as what it is, and heals', async (_, arrange, reason, words) => {
    const { id, hostname } = await add('told.example.com')
    const [{ token }] = (await t.database.sql<{ token: string }[]>`select token from domains where id = ${id}`) as unknown as [{ token: string }]
    names.zone[`_easel-challenge.${hostname}`] = [record.txt(`_easel-challenge.${hostname}`, token)]
    arrange(hostname)
    const view = await look(id)
    expect(checkOf(view, 'resolution')).toMatchObject({ isPassed: false, reason, message: expect.stringMatching(words) as string })
    expect(view).toMatchObject({ state: 'verifying', reason, ownedAt: expect.any(String) as string })
    names.zone[hostname] = [record.a(hostname, '198.51.100.4')]
    expect(checkOf(await look(id), 'resolution')).toMatchObject({ isPassed: true, found: ['198.51.100.4'] })
  })

  it('nothing at all is told too, and keeps no other name waiting', async () => {
    const quiet = await add('quiet.example.com')
    const loud = await add('loud.example.com')
    Object.assign(names.zone, { 'quiet.example.com': 'silent', '_easel-challenge.quiet.example.com': 'silent' })
    await checkDomains(t.engine, signal)
    expect(await get(quiet.id)).toMatchObject({ state: 'pending', reason: 'resolver_silent', message: expect.stringContaining(`(${names.address}) does not answer`) as string })
    expect(await get(loud.id)).toMatchObject({ state: 'pending', reason: 'record_missing' })
  })

  it('proves a name by its token, or by a CNAME to the own host of the service; by nothing else', async () => {
    const named = await add('named.example.com')
    const ownHost = named.records[0]!.value
    names.zone['named.example.com'] = [record.cname('named.example.com', 'other.apps.easel-host.com')]
    expect(checkOf(await look(named.id), 'ownership')).toMatchObject({ isPassed: false, reason: 'record_wrong', found: ['other.apps.easel-host.com'], expected: [ownHost] })
    names.zone['named.example.com'] = [record.cname('named.example.com', ownHost)]
    names.zone[ownHost] = [record.a(ownHost, '198.51.100.4')]
    expect(await look(named.id)).toMatchObject({ state: 'verifying', checks: [{ isPassed: true }, { isPassed: true, found: [ownHost, '198.51.100.4'] }, {}, {}] })
    // A wildcard is more than one name: a CNAME of it proves nothing.
    const wild = await add('*.wild.example.com')
    names.zone['*.wild.example.com'] = [record.cname('*.wild.example.com', ownHost)]
    names.zone['_easel-challenge.wild.example.com'] = [record.txt('_easel-challenge.wild.example.com', 'easel-of-somebody-else')]
    expect(checkOf(await look(wild.id), 'ownership')).toMatchObject({ reason: 'record_wrong', expected: [wild.records[0]!.value] })
    expect(names.asked.some((asked) => /^A easel-[0-9a-f]{12}\.wild\.example\.com$/.test(asked))).toBe(true)
  })

  it('says whom CAA records let issue, where the name inherits them', async () => {
    Object.assign(t.engine.config, { ingress: { ...t.engine.config.ingress, httpsPort: 8443 }, acme: { directory: 'https://acme-v02.api.letsencrypt.org/directory', email: null, caFile: null, challenge: 'http-01', binding: null } })
    const { id, records } = await add('caa.example.com')
    const ownHost = records[0]!.value
    Object.assign(names.zone, { 'caa.example.com': [record.cname('caa.example.com', ownHost)], [ownHost]: [record.a(ownHost, '198.51.100.4')], 'example.com': [record.caa('example.com', 'issue', 'digicert.com')] })
    const refused = checkOf(await look(id), 'certificate')
    expect(refused).toMatchObject({ isPassed: false, reason: 'caa_forbids', found: ['issue "digicert.com"'], message: expect.stringContaining('The CAA records of example.com do not let letsencrypt.org') as string })
    expect(await t.database.sql`select 1 from graphile_worker.jobs where key = ${`certificate:${id}`}`).toHaveLength(0)
    names.zone['example.com'] = [record.caa('example.com', 'issue', 'letsencrypt.org')]
    expect(checkOf(await look(id), 'certificate')).toMatchObject({ isPassed: false, reason: null, message: expect.stringContaining('was asked for') as string })
    expect(await t.database.sql`select 1 from graphile_worker.jobs where key = ${`certificate:${id}`}`).toHaveLength(1)
    Object.assign(t.engine.config, { ingress: { ...t.engine.config.ingress, httpsPort: null }, acme: null })
  })
})

describe('a claim that nobody proves', () => {
  it('is given up after 72 hours, is free for others, and is taken up again only while it is', async () => {
    const { id } = await add('late.example.com')
    await look(id)
    await t.database.sql`update domains set since = now() - interval '71 hours' where id = ${id}`
    expect(await look(id)).toMatchObject({ state: 'pending', givesUpAt: expect.any(String) as string })
    await t.database.sql`update domains set since = now() - interval '73 hours' where id = ${id}`
    const given = await look(id)
    expect(given).toMatchObject({ state: 'failed', reason: 'gave_up', nextCheckAt: null, givesUpAt: null })
    expect(await refusalOf(t.call(domainCheck, { domainId: id }, { as: t.as }))).toMatchObject({ code: 'not_now' })
    const theirs = await t.call(domainCreate, { serviceId: elsewhere.serviceId, hostname: 'late.example.com' }, { as: elsewhere.as })
    expect(await refusalOf(t.call(domainResume, { domainId: id }, { as: t.as }))).toMatchObject({ code: 'conflict' })
    await t.call(domainDelete, { domainId: theirs.id }, { as: elsewhere.as })
    expect(await t.call(domainResume, { domainId: id }, { as: t.as })).toMatchObject({ state: 'pending', checks: [] })
    const events = await t.database.sql<{ type: string }[]>`select type from events where subject = 'late.example.com' and organization_id = ${t.organizationId} order by id`
    expect(events.map(({ type }) => type)).toEqual(['domain.created', 'domain.gave_up', 'domain.resumed'])
  })

  it('that was looked at while somebody changed it is looked at again', async () => {
    const { id } = await add('changed.example.com')
    const asked = await t.call(domainCheck, { domainId: id }, { as: t.as })
    expect(new Date(asked.nextCheckAt!).getTime()).toBeLessThanOrEqual(t.engine.now().getTime())
    const view = await look(id)
    expect(new Date(view.nextCheckAt!).getTime()).toBeGreaterThan(t.engine.now().getTime())
    expect(HOUR_MS).toBeGreaterThan(new Date(view.nextCheckAt!).getTime() - t.engine.now().getTime())
  })
})

