import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { certificateUpload, domainDelete, type DomainView } from '../../lib/contract/domain'
import { openLane, type Lane } from '../fault/lane'
import { record } from '../harness/name-server'
import { pebbleProblem } from '../harness/pebble'
import { makeOwnAuthority } from '../harness/revoked'
import { until } from '../harness/until'
import { CADDY_ASKS, INGRESSES, openDomainScene, type DomainScene } from './domain-scene'
import { wholePlatform } from './jump'

// The life of a host name in the running platform, from typing to nothing being left, and everything that goes wrong in between: each says
// its own reason and heals, or waits. Worker, ingress, PostgreSQL, authority and DNS are real; each is a process of its own.

if (pebbleProblem !== null) process.stderr.write(`The life of host names is not tested: ${pebbleProblem}.\n`)

for (const { name, problem } of INGRESSES) if (problem !== null) process.stderr.write(`The life of host names is not tested ${name}: ${problem}.\n`)

const FIRST_PORT = 27_700
const DAY_MS = 86_400_000
let lane: Lane
beforeAll(async () => void (pebbleProblem === null && (lane = await openLane(FIRST_PORT, { portsEach: 30 }))))
afterAll(() => lane?.close())

const fingerprintOf = ({ certificates }: DomainView) => certificates.find(({ isServed }) => isServed)?.fingerprint ?? null
const checkOf = ({ checks }: DomainView, check: string) => checks.find((each) => each.check === check)

/** Everything of a host name that the database could still have. */
async function leftOf({ database: { sql } }: DomainScene, id: string): Promise<string[]> {
  const rows = await sql<{ what: string }[]>`
    select 'domain' as what from domains where id = ${id} union all select 'certificate' from certificates where domain_id = ${id}
    union all select 'challenge' from acme_challenges where domain_id = ${id} union all select 'order' from acme_orders where domain_id = ${id} union all select 'job' from graphile_worker.jobs where key = ${`certificate:${id}`}`
  return rows.map(({ what }) => what)
}

const HERE = INGRESSES.filter(({ problem }) => problem === null && pebbleProblem === null)

// Beside each other: most of the time is waiting for a certificate to come to its end.
describe.concurrent.each(HERE)('a certificate that lasts a minute, with the ingress $name', (kind) => {
  let scene: DomainScene
  beforeAll(async () => void (scene = await openDomainScene(lane, kind, { validityS: 60 })))
  afterAll(() => scene?.close())

  test('is told, proven, issued, served, renewed in time, and nothing remains when its name is removed', async () => {
    const hostname = 'www.easel-life.com'
    const view = await scene.add(hostname)
    expect(view.records).toMatchObject([{ type: 'TXT', name: `_easel-challenge.${hostname}` }, { type: 'A', name: hostname, value: '127.0.0.1' }])
    expect(checkOf(await scene.finds(view.id, 'a first look', ({ checks }) => checks.length > 0), 'ownership')).toMatchObject({ isPassed: false, reason: 'record_missing' })
    expect((await scene.visit(hostname, { isSecure: false })).status).toBe(404)
    await expect(scene.visit(hostname)).rejects.toThrow()

    await scene.makeRecords(view)
    const active = await scene.finds(view.id, 'it to be active with a certificate', (found) => found.state === 'active' && fingerprintOf(found) !== null)
    expect(active).toMatchObject({ reason: null, url: `https://${hostname}:${scene.ports.https}`, checks: [{ isPassed: true }, { isPassed: true }, { isPassed: true }, { isPassed: true }] })
    expect(await scene.visit(hostname)).toMatchObject({ status: 200, text: 'the shop', fingerprint: fingerprintOf(active), protocol: 'TLSv1.3' })
    expect(await scene.visit(hostname, { isSecure: false, path: '/a?b=c' })).toMatchObject({ status: 308, location: `https://${hostname}:${scene.ports.https}/a?b=c` })
    expect(await leftOf(scene, view.id)).not.toContain('challenge')

    // Its renewal is waited for as it comes by itself; visitors are answered all the time, with a certificate that is valid.
    const shown = new Set<string | null>()
    await until('visitors to be shown the next certificate', async () => {
      const seen = await scene.visit(hostname)
      expect(seen).toMatchObject({ status: 200, text: 'the shop' })
      shown.add(seen.fingerprint)
      return shown.size > 1
    }, 90_000, 250)
    const renewed = await scene.get(view.id)
    expect(renewed.state).toBe('active')
    expect([...shown].at(-1)).toBe(fingerprintOf(renewed))
    expect(renewed.certificates).toHaveLength(1)

    await scene.call(domainDelete, { domainId: view.id }, { as: scene.lane.as })
    await until('it to be served no more', async () => (await scene.visit(hostname, { isSecure: false })).status === 404)
    await expect(scene.visit(hostname)).rejects.toThrow()
    expect((await scene.visit(hostname, { isSecure: false, path: `/.well-known/easel/${view.records[0]!.value}` })).status).toBe(404)
    expect(await leftOf(scene, view.id)).toEqual([])
  }, 240_000)
})

describe.concurrent.each([CADDY_ASKS].filter(({ problem }) => problem === null && pebbleProblem === null))('with a $name', (kind) => {
  let scene: DomainScene
  beforeAll(async () => void (scene = await openDomainScene(lane, kind)))
  afterAll(() => scene?.close())
  afterEach(({ task }) => void (task.result?.state === 'fail' && process.stderr.write(`${scene.log()}\n`)))

  /** What Caddy is told when it asks whether it may obtain a certificate, at the address that it was given. */
  const granted = async (hostname: string) => {
    const { apps } = (await scene.caddy!.configuration()) as { apps: { tls: { automation: { on_demand: { ask: string } } } } }
    return (await fetch(`${apps.tls.automation.on_demand.ask}&domain=${hostname}`)).status
  }
  const orders = () => scene.pebble.heard.filter((path) => path.startsWith('/order-plz')).length
  const hasCertificate = (view: DomainView) => view.state === 'active' && checkOf(view, 'certificate')?.isPassed === true

  test('a name is told, proven, served with what Caddy obtained, and when it is removed nothing is served and nothing may be obtained', async () => {
    const hostname = 'www.easel-caddy.com'
    const view = await scene.add(hostname)
    expect(checkOf(await scene.finds(view.id, 'a first look', ({ checks }) => checks.length > 0), 'ownership')).toMatchObject({ isPassed: false, reason: 'record_missing' })
    expect(await granted(hostname)).toBe(403)
    await expect(scene.visit(hostname)).rejects.toThrow()
    expect(orders()).toBe(0)

    await scene.makeRecords(view)
    const active = await scene.finds(view.id, 'Caddy to have obtained one', hasCertificate)
    expect(active).toMatchObject({ reason: null, url: `https://${hostname}:${scene.ports.https}`, certificates: [], checks: [{ isPassed: true }, { isPassed: true }, { isPassed: true, message: 'Caddy obtained it and renews it.', found: [expect.stringContaining('Pebble')] }, { isPassed: true }] })
    expect(await scene.visit(hostname)).toMatchObject({ status: 200, text: 'the shop', protocol: 'TLSv1.3' })
    const sentOn = await until('plain HTTP to be sent on', async () => {
      const seen = await scene.visit(hostname, { isSecure: false, path: '/a?b=c' })
      return seen.status === 308 && seen
    })
    expect(sentOn.location).toBe(`https://${hostname}:${scene.ports.https}/a?b=c`)
    expect([await granted(hostname), await granted(`more.${hostname}`), await granted('nobody.easel-caddy.com')]).toEqual([200, 403, 403])
    expect([orders(), await leftOf(scene, view.id)]).toEqual([1, ['domain']])

    await scene.call(domainDelete, { domainId: view.id }, { as: scene.lane.as })
    await until('it to be served no more', async () => (await scene.visit(hostname, { isSecure: false })).status === 404)
    expect(await granted(hostname)).toBe(403)
    expect(await leftOf(scene, view.id)).toEqual([])
    // Caddy keeps what it obtained until that ends, also when it is started again, and shows it; behind it is nothing.
    await scene.caddy!.kill()
    await scene.caddy!.start()
    await until('Caddy to be told anew', async () => (await scene.visit(hostname, { isSecure: false }).catch(() => null))?.status === 404)
    expect((await scene.visit(hostname).catch(() => null))?.status ?? 404).toBe(404)
    expect(await granted(hostname)).toBe(403)
    expect(orders()).toBe(1)
  }, 180_000)
})

describe.each(HERE)('one of an hour, with the ingress $name', (kind) => {
  let scene: DomainScene
  let count = 0
  beforeAll(async () => void (scene = await openDomainScene(lane, kind)))
  afterAll(() => scene?.close())
  afterEach(({ task }) => {
    scene.pebble.interfere(() => null)
    for (const name of Object.keys(scene.names.zone)) delete scene.names.zone[name]
    if (task.result?.state === 'fail') process.stderr.write(`${scene.log()}\n`)
  })

  /** What goes wrong before our ingress has a part in it goes wrong in the same way whatever carries the names. */
  const thorough = test.runIf(kind.isThorough)
  const name = () => `n${++count}.easel-life.com`
  const orders = () => scene.pebble.heard.filter((path) => path.startsWith('/order-plz')).length
  /** Whose records are right, before anybody has looked. */
  const proven = async () => {
    const view = await scene.add(name())
    await scene.makeRecords(view)
    return view
  }
  const isServed = (view: DomainView) => view.state === 'active' && fingerprintOf(view) !== null

  thorough.each<[string, (hostname: string) => void, string, RegExp]>([
    ['a name without an address', () => undefined, 'record_missing', /has no A, AAAA or CNAME record/],
    ['SERVFAIL', (hostname) => void (scene.names.zone[hostname] = 'failed'), 'resolver_failed', /SERVFAIL/],
    ['a resolver that is silent', (hostname) => void (scene.names.zone[hostname] = 'silent'), 'resolver_silent', /does not answer when it is asked/],
    ['a resolver that refuses', (hostname) => void (scene.names.zone[hostname] = 'refused'), 'resolver_failed', /refuses to look up/],
    ['a wrong record', (hostname) => void (scene.names.zone[hostname] = [record.a(hostname, '127.0.0.9')]), 'leads_elsewhere', /leads to 127\.0\.0\.9; expected 127\.0\.0\.1\. Change its A record/],
  ])('%s is told as what it is, keeps nobody else waiting, and heals', async (_, arrange, reason, words) => {
    const view = await scene.add(name())
    await scene.pebble.tellDns('set-txt', { host: `${view.records[0]!.name}.`, value: view.records[0]!.value })
    arrange(view.hostname)
    const told = await scene.finds(view.id, `${reason} to be told`, (found) => checkOf(found, 'resolution')?.reason === reason)
    expect(told).toMatchObject({ state: 'verifying', message: expect.stringMatching(words) as string })
    delete scene.names.zone[view.hostname]
    await scene.makeRecords(view)
    expect(await scene.finds(view.id, 'it to heal', isServed)).toMatchObject({ reason: null })
    expect((await scene.visit(view.hostname)).status).toBe(200)
  }, 120_000)

  thorough('a name that does not exist at all is told so', async () => {
    const names = scene.names.zone
    const view = await scene.add(name())
    Object.assign(names, { [view.hostname]: 'unknown', [view.records[0]!.name]: 'unknown' })
    const told = await scene.finds(view.id, 'NXDOMAIN to be told', (found) => checkOf(found, 'resolution')?.reason === 'name_unknown')
    expect(checkOf(told, 'resolution')!.message).toContain('does not exist in DNS')
    expect(told.state).toBe('pending')
  })

  thorough('a name that another host answers for is told with what was found, and becomes ours when that host leads here', async () => {
    const view = await proven()
    await scene.pebble.tellDns('clear-a', { host: `${view.hostname}.` })
    await scene.pebble.tellDns('add-a', { host: `${view.hostname}.`, addresses: ['127.0.0.8'] })
    const foreign = createServer((_, response) => void response.end('somebody else'))
    await new Promise<void>((done) => foreign.listen(scene.ports.http, '127.0.0.8', done))
    try {
      const told = await scene.finds(view.id, 'the other host to be told', ({ reason }) => reason === 'leads_elsewhere')
      expect(told.message).toMatch(/leads to 127\.0\.0\.8; expected 127\.0\.0\.1/)
      expect(told.certificates).toEqual([])
    } finally {
      foreign.closeAllConnections()
      await new Promise((done) => foreign.close(done))
    }
    await scene.pebble.tellDns('clear-a', { host: `${view.hostname}.` })
    await scene.pebble.tellDns('add-a', { host: `${view.hostname}.`, addresses: ['127.0.0.1'] })
    await scene.finds(view.id, 'it to heal', isServed)
  }, 120_000)

  thorough.each([
    ['that CAA records forbid it', { status: 403, type: 'caa', detail: 'CAA record for easel-life.com prevents issuance' }, 'caa_forbids'],
    ['a limit', { status: 429, type: 'rateLimited', detail: 'too many certificates already issued', headers: { 'retry-after': '3' } }, 'rate_limited'],
    ['a fault of its own', { status: 500, type: 'serverInternal', detail: 'Error creating new order' }, 'authority_down'],
    ['no', { status: 400, type: 'rejectedIdentifier', detail: 'The ACME server refuses to issue' }, 'authority_refused'],
  ] as const)('an authority that says %s is told in its words; the name is served plainly meanwhile', async (_, said, reason) => {
    scene.pebble.interfere((path) => (path.startsWith('/order-plz') ? { ...said, type: `urn:ietf:params:acme:error:${said.type}` } : null))
    const view = await proven()
    const told = await scene.finds(view.id, `${reason} to be told`, (found) => checkOf(found, 'certificate')?.reason === reason)
    expect(checkOf(told, 'certificate')!.message).toContain(said.detail)
    expect(await scene.visit(view.hostname, { isSecure: false })).toMatchObject({ status: 200, text: 'the shop' })
    scene.pebble.interfere(() => null)
    // A limit is waited for, whoever asks: see the pause; everything else is asked for again at once.
    if (reason === 'rate_limited') await scene.database.sql`update acme_orders set retry_after = now() where domain_id = ${view.id}`
    await scene.finds(view.id, 'it to heal', isServed)
  }, 120_000)

  test('an authority that is away is told, and asked again when it is back', async () => {
    await scene.pebble.halt()
    const view = await proven()
    const told = await scene.finds(view.id, 'it to be told', (found) => checkOf(found, 'certificate')?.reason === 'authority_down')
    expect(checkOf(told, 'certificate')!.message).toContain('refuses connections')
    await scene.pebble.resume()
    await scene.finds(view.id, 'it to heal', isServed)
  }, 120_000)

  test('a certificate that its authority has revoked is shown to nobody any more, told, and replaced', async () => {
    const view = await scene.served(name())
    const own = makeOwnAuthority()
    let list = own.list()
    const lists = createServer((_, response) => void response.end(list))
    await new Promise<void>((done) => lists.listen(0, '127.0.0.1', done))
    let isAway = false
    try {
      const { chainPem, keyPem } = own.issue('leaf', { host: view.hostname, listUrl: `http://127.0.0.1:${(lists.address() as AddressInfo).port}/list.crl` })
      await scene.call(certificateUpload, { domainId: view.id, chain: chainPem, key: keyPem }, { as: scene.lane.as })
      // So that there is no other one to go back to.
      await scene.database.sql`delete from certificates where domain_id = ${view.id} and source = 'acme'`
      const fingerprint = new X509Certificate(chainPem).fingerprint256.replaceAll(':', '').toLowerCase()
      const shown = async () => (await scene.visit(view.hostname, { trusting: chainPem }).catch(() => null))?.fingerprint ?? null
      await until('it to be shown', async () => (await shown()) === fingerprint)
      own.revoke('leaf')
      list = own.list()
      await scene.pebble.halt()
      isAway = true
      // Lists are read again after hours, and by every worker that begins.
      await scene.killWorker()
      await scene.startWorker()
      const told = await scene.finds(view.id, 'it to be told', (found) => checkOf(found, 'certificate')?.isPassed === false)
      expect(checkOf(told, 'certificate')!.message).toContain('was revoked by its authority')
      expect(told.certificates).toMatchObject([{ isRevoked: true, isServed: false }])
      await until('it to be shown no more', async () => (await shown()) === null)
      expect(await scene.visit(view.hostname, { isSecure: false })).toMatchObject({ status: 200, text: 'the shop' })
      await scene.pebble.resume()
      isAway = false
      const healed = await scene.finds(view.id, 'another one', isServed)
      expect(fingerprintOf(healed)).not.toBe(fingerprint)
      await until('that to be shown', async () => (await shown()) === fingerprintOf(healed))
    } finally {
      if (isAway) await scene.pebble.resume()
      await new Promise((done) => lists.close(done))
      own.remove()
    }
  }, 180_000)

  thorough.each([['certificate:ordered', 1], ['certificate:shown', 1], ['certificate:finalized', 2]] as const)('a worker that is killed at %s is followed by one that ends its work; %i orders, and no challenge is left', async (point, expected) => {
    const view = await proven()
    await scene.killWorker()
    const before = orders()
    await scene.startWorker({ EASEL_KILLED_AT: point })
    await until('the worker to be killed', () => !scene.workerIsAlive(), 60_000)
    await scene.startWorker()
    await scene.finds(view.id, 'the next worker to end it', isServed)
    expect(orders() - before).toBe(expected)
    expect(await leftOf(scene, view.id)).not.toContain('challenge')
    expect(await scene.database.sql`select 1 from acme_orders where domain_id = ${view.id} and outcome = 'open'`).toHaveLength(0)
    expect((await scene.visit(view.hostname)).status).toBe(200)
  }, 180_000)

  thorough('a worker that is killed in the midst of a look is followed by one that looks again', async () => {
    const view = await proven()
    scene.names.zone[view.hostname] = 'silent'
    const asked = () => scene.names.asked.filter((each) => each.endsWith(` ${view.hostname}`)).length
    await until('a look to be under way', () => asked() > 0)
    await scene.killWorker()
    expect((await scene.get(view.id)).checkedAt).toBeNull()
    delete scene.names.zone[view.hostname]
    await scene.startWorker()
    await until('the next worker to end it', async () => isServed(await scene.get(view.id)), 60_000)
  }, 120_000)

  test('with the database away names are served as before, also by an ingress that starts then; and everything goes on when it is back', async () => {
    const view = await scene.served(name())
    scene.door.shut()
    try {
      const shown = { status: 200, text: 'the shop', fingerprint: fingerprintOf(view) }
      for (let i = 0; i < 20; i++) expect(await scene.visit(view.hostname)).toMatchObject(shown)
      await scene.killIngress()
      await scene.startIngress()
      for (let i = 0; i < 20; i++) expect(await scene.visit(view.hostname)).toMatchObject(shown)
      expect(await scene.visit(view.hostname, { isSecure: false })).toMatchObject({ status: 308 })
    } finally {
      scene.door.open()
    }
    if (!scene.workerIsAlive()) await scene.startWorker()
    await scene.served(name())
  }, 180_000)

  // A worker goes by the clock of the database, so it is that one which is wrong. A minute's check finds it out; nothing is asked of the authority but its time.
  thorough.each([['ahead of', 30 * DAY_MS], ['behind', -DAY_MS]] as const)('a clock that is %s the authority is told; names are served as before, and all goes on when it is right again', async (words, byMs) => {
    const view = await scene.served(name())
    const { jump } = wholePlatform()
    const before = orders()
    await jump(scene, byMs)
    scene.pebble.clock.aheadMs = -byMs
    const told = await scene.finds(view.id, 'the clock to be told', (found) => checkOf(found, 'certificate')?.reason === 'clock_wrong')
    expect(checkOf(told, 'certificate')!.message).toMatch(new RegExp(`clock is ${Math.abs(byMs) / 60_000} minutes ${words}`))
    expect(await scene.visit(view.hostname)).toMatchObject({ status: 200, fingerprint: fingerprintOf(view) })
    expect(orders()).toBe(before)
    await jump(scene, -byMs)
    scene.pebble.clock.aheadMs = 0
    await until('it to heal by itself', async () => {
      const found = await scene.get(view.id)
      return isServed(found) && found.reason === null
    }, 120_000)
    expect(await scene.visit(view.hostname)).toMatchObject({ status: 200, fingerprint: fingerprintOf(view) })
  }, 240_000)
})
