import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { accountAt, attemptsFor, forgetPause, lastAttempt, shownChallenges } from '../../lib/db/queries/engine/acme'
import { keepCertificate, servedCertificates, wholeCertificates } from '../../lib/db/queries/engine/certificates'
import { domains } from '../../lib/db/schema/domain'
import { DEFAULT_RULES } from '../../lib/domain/site'
import { newId } from '../../lib/ids'
import { log } from '../../lib/log'
import { withAccount } from '../../lib/provisioning/certificate/account'
import { callAuthority } from '../../lib/provisioning/certificate/authority-calls'
import { isDue, issueCertificate } from '../../lib/provisioning/certificate/issue'
import type { IssueOptions } from '../../lib/provisioning/certificate/issuing'
import { certificatesToPublish } from '../../lib/provisioning/certificate/publish'
import type { Engine } from '../../lib/provisioning/engine'
import { startIngress, type RunningIngress } from '../../lib/provisioning/ingress/embedded/start-ingress'
import { embeddedIngress } from '../../lib/provisioning/ingress/embedded-client'
import { publishRoutes } from '../../lib/provisioning/reconcile/publish-routes'
import { readCertificate } from '../../lib/secrets/judge-certificate'
import { sealCertificateKey } from '../../lib/secrets/sealed-certificate'
import { makeRevocationRound } from '../../lib/worker/find-revoked-certificates'
import { renewCertificates } from '../../lib/worker/renew-certificates'
import { engineForTest, type TestEngine } from '../harness/engine'
import { freePort, pebbleProblem, startPebble, type TestPebble } from '../harness/pebble'
import { makeOwnAuthority } from '../harness/revoked'
import { until } from '../harness/until'

// Certificates of a real authority, Pebble, which looks for the challenges by real HTTP, TLS and DNS at the real proxy.

if (pebbleProblem !== null) process.stderr.write(`Certificates of an authority are not tested: ${pebbleProblem}.\n`)

const HOUR_MS = 3_600_000
const signal = new AbortController().signal
const fingerprintOf = (socket: TLSSocket) => socket.getPeerX509Certificate()!.fingerprint256.replaceAll(':', '').toLowerCase()

describe.skipIf(pebbleProblem !== null)('with an authority', () => {
  let t: TestEngine
  let pebble: TestPebble
  let proxy: RunningIngress
  let engine: Engine
  let folder: string
  /** What the proxy is told of challenges: all as they are, none, or something else as their content. */
  let told: 'as it is' | 'nothing' | 'something else'
  let tlsPort: number
  let serviceId: string
  let count = 0

  beforeAll(async () => {
    const [httpPort, tls] = await Promise.all([freePort(), freePort()])
    tlsPort = tls
    ;[t, pebble, folder] = await Promise.all([engineForTest(), startPebble({ httpPort, tlsPort, validityS: 3_600 }), mkdtemp(join(tmpdir(), 'easel-certificates-'))])
    const adminSocket = join(folder, 'admin.sock')
    proxy = await startIngress({ host: '127.0.0.1', port: httpPort, adminSocket, tableFile: join(folder, 'table.json'), https: { port: tlsPort, certificatesFile: join(folder, 'certificates.json'), seal: t.engine.seal }, log })
    const ingress = embeddedIngress(adminSocket)
    const publish: typeof ingress.publish = (table, limit) => ingress.publish({ ...table, challenges: (table.challenges ?? []).flatMap((each) => (each.type !== 'http-01' || told === 'as it is' ? [each] : told === 'nothing' ? [] : [{ ...each, keyAuthorization: 'of a former server' }])) }, limit)
    // The jobs of `settle` work with the same engine.
    Object.assign(t.engine, { ingress: { ...ingress, publish } })
    Object.assign(t.engine.config, { ingress: { host: '127.0.0.1', port: httpPort, httpsPort: tls, domain: 'localhost', trustedProxies: [] }, dnsResolvers: [pebble.dns], acme: { directory: pebble.directory, caFile: pebble.caFile, email: 'ops@example.com', challenge: 'http-01', binding: null } })
    engine = t.engine
    told = 'as it is'
    const service = await t.service('shop')
    serviceId = service.id
    await t.deploy(service)
    await t.settle()
  }, 60_000)
  afterAll(async () => {
    await proxy?.close()
    await Promise.all([t?.close(), pebble?.stop(), rm(folder, { recursive: true, force: true })])
  })
  beforeEach(() => {
    pebble.asked.length = pebble.heard.length = 0
    pebble.interfere(() => null)
    pebble.clock.aheadMs = 0
    told = 'as it is'
  })

  const add = async (hostname = `h${++count}.example.com`) => {
    const id = newId('domain')
    await engine.db.insert(domains).values({ id, organizationId: t.organizationId, environmentId: t.environmentId, serviceId, hostname, token: 'token', isPrimary: false, redirectsToPrimary: false, paths: [], rules: DEFAULT_RULES, state: 'verifying', checks: [], since: new Date(), attempts: 0, ownedAt: new Date() } as never)
    return { id, hostname }
  }
  const issue = ({ id }: { id: string }, options: IssueOptions = {}, on: Engine = engine) => issueCertificate(on, id, signal, { limitMs: 300, ...options })
  const published = async () => {
    const { names, read } = await certificatesToPublish(engine)
    return read(names)
  }
  const served = async ({ id }: { id: string }) => (await servedCertificates(engine.db, engine.now(), id))[0] ?? null
  const why = async ({ id }: { id: string }) => (await lastAttempt(engine.db, id))!
  const orders = () => pebble.heard.filter((path) => path.startsWith('/order-plz')).length
  /** What a visitor of the real proxy is shown, who trusts the authority and looks at the name. */
  const visit = async (host: string) => {
    const ca = await pebble.root()
    return new Promise<{ fingerprint: string; status: number }>((done, fail) => {
      const request = get({ host: '127.0.0.1', port: tlsPort, servername: host, headers: { host }, ca, agent: false }, (response) => {
        done({ fingerprint: fingerprintOf(response.socket as TLSSocket), status: response.statusCode ?? 0 })
        response.resume()
      })
      request.on('error', fail)
    })
  }

  test('a host name gets a certificate by HTTP-01, is served with it, and nothing of the order is left', async () => {
    const domain = await add()
    expect(await issue(domain)).toBe('issued')
    const shown = await visit(domain.hostname)
    const row = (await served(domain))!
    expect(shown.fingerprint).toBe(row.fingerprint)
    expect(row).toMatchObject({ source: 'acme', hosts: [domain.hostname] })
    expect((await wholeCertificates(engine.db, [row.id]))[0]!.keySealed).not.toContain('PRIVATE KEY')
    expect(await shownChallenges(engine.db, engine.now())).toEqual([])
    expect(await why(domain)).toMatchObject({ outcome: 'issued', registered: 'example.com', reason: null })
    const account = await accountAt(engine.db, pebble.directory)
    expect(account!.keySealed).not.toContain('PRIVATE KEY')

    pebble.asked.length = pebble.heard.length = 0
    expect(await issue(domain)).toBe('kept')
    expect(pebble.asked).toEqual([])
  })

  test('a name is proven by TLS-ALPN-01 where that is preferred', async () => {
    const domain = await add()
    const on = { ...engine, config: { ...engine.config, acme: { ...engine.config.acme!, challenge: 'tls-alpn-01' as const } } }
    expect(await issue(domain, {}, on)).toBe('issued')
    await visit(domain.hostname)
    expect(await shownChallenges(engine.db, engine.now())).toEqual([])
  })

  test('a wildcard is proven by DNS-01, and its record is removed; without a provider nothing is asked of the authority', async () => {
    const domain = await add('*.wild.example.org')
    expect(await issue(domain)).toBe('failed')
    expect(await why(domain)).toMatchObject({ reason: 'challenge_failed', message: expect.stringContaining('Choose a DNS provider') })
    expect(orders()).toBe(0)
    await forgetPause(engine.db, domain.id, engine.now())
    const set: string[] = []
    const provider = { ...pebble.provider, present: async (record: { name: string; value: string }) => (set.push(record.name), pebble.provider.present(record, signal)) }
    expect(await issue(domain, { provider })).toBe('issued')
    expect(set).toEqual(['_acme-challenge.wild.example.org'])
    expect((await served(domain))!.hosts).toEqual(['*.wild.example.org'])
    // A record that somebody else serves is not believed.
    const other = await add('*.wrong.example.org')
    const stale = { present: ({ name }: { name: string }) => pebble.provider.present({ name, value: 'stale' }, signal), remove: pebble.provider.remove }
    expect(await issue(other, { provider: stale })).toBe('failed')
    expect((await why(other)).message).toContain('says “stale”')
  })

  test('what the authority finds wrong is told in its words, is not tried again at once, and heals', async () => {
    const domain = await add()
    // The name leads to a place where nobody answers.
    await pebble.tellDns('add-a', { host: `${domain.hostname}.`, addresses: ['127.0.0.9'] })
    expect(await issue(domain)).toBe('failed')
    const failed = await why(domain)
    expect(failed).toMatchObject({ outcome: 'failed', reason: 'challenge_failed' })
    expect(failed.message).toMatch(/127\.0\.0\.9|connect/i)
    expect(failed.retryAfter!.getTime()).toBeGreaterThan(Date.now() + 30_000)
    expect(await shownChallenges(engine.db, engine.now())).toEqual([])
    expect(await issue(domain)).toBe('waiting')
    await pebble.tellDns('clear-a', { host: `${domain.hostname}.` })
    await forgetPause(engine.db, domain.id, engine.now())
    expect(await issue(domain)).toBe('issued')
  })

  test('another server that answers for the name is told apart from ours, and after five failures in an hour nobody is asked', async () => {
    const domain = await add()
    // Right for us, wrong for the authority: the answer changes between the two looks.
    const swap = { ...engine, at: async (point: string) => {
      if (point !== 'certificate:shown') return
      told = 'something else'
      await engine.sql`update route_publications set hash = 'another'`
      await publishRoutes(engine, false, signal)
    } }
    for (let i = 0; i < 5; i++) {
      told = 'as it is'
      expect(await issue(domain, {}, swap)).toBe('failed')
      await forgetPause(engine.db, domain.id, engine.now())
    }
    expect(await why(domain)).toMatchObject({ reason: 'challenge_failed', message: expect.stringContaining('Check that nothing else answers') })
    told = 'as it is'
    const before = orders()
    expect(await issue(domain)).toBe('failed')
    expect(orders()).toBe(before)
    const limited = await why(domain)
    expect(limited).toMatchObject({ reason: 'rate_limited', url: null, message: expect.stringContaining('5 attempts') })
    expect(limited.retryAfter!.getTime() - Date.now()).toBeLessThanOrEqual(HOUR_MS)
    // A person cannot talk it out of that.
    await forgetPause(engine.db, domain.id, engine.now())
    expect(await issue(domain)).toBe('waiting')
  })

  test('a proxy of ours that does not show the challenge costs no attempt at the authority', async () => {
    const domain = await add()
    told = 'nothing'
    expect(await issue(domain)).toBe('failed')
    expect(await why(domain)).toMatchObject({ reason: 'unreachable', message: expect.stringContaining('own proxy') })
    expect(pebble.asked.some((path) => path.startsWith('/chalZ'))).toBe(false)
    expect(await shownChallenges(engine.db, engine.now())).toEqual([])
  })

  test.each([
    ['CAA', { status: 403, type: 'caa', detail: 'CAA record for example.com prevents issuance' }, 'caa_forbids', 15 * 60],
    ['a limit', { status: 429, type: 'rateLimited', detail: 'too many certificates already issued', headers: { 'retry-after': '7200' } }, 'rate_limited', 7_200],
    ['a fault of its own', { status: 500, type: 'serverInternal', detail: 'Error creating new order' }, 'authority_down', 60],
    ['a refusal', { status: 400, type: 'rejectedIdentifier', detail: 'The ACME server refuses to issue' }, 'authority_refused', 15 * 60],
  ] as const)('%s is a reason of its own, with its own pause', async (_, said, reason, pauseS) => {
    const domain = await add()
    pebble.interfere((path) => (path.startsWith('/order-plz') ? { ...said, type: `urn:ietf:params:acme:error:${said.type}` } : null))
    expect(await issue(domain)).toBe('failed')
    const failed = await why(domain)
    expect(failed).toMatchObject({ reason, message: expect.stringContaining(said.detail) })
    expect(Math.round((failed.retryAfter!.getTime() - failed.endedAt!.getTime()) / 1000)).toBe(pauseS)
  })

  test('an authority that is away is asked again, and our account is made anew when it has forgotten us', async () => {
    const domain = await add()
    const former = (await accountAt(engine.db, pebble.directory))!
    await pebble.halt()
    expect(await issue(domain)).toBe('failed')
    expect(await why(domain)).toMatchObject({ reason: 'authority_down', message: expect.stringContaining('refuses connections'), url: null })
    await pebble.resume()
    await forgetPause(engine.db, domain.id, engine.now())
    expect(await issue(domain)).toBe('issued')
    const account = (await accountAt(engine.db, pebble.directory))!
    expect(account.id).toBe(former.id)

    // One that was deactivated is refused with every key it had.
    await callAuthority({ config: engine.config.acme!, signal, now: engine.now }, () => withAccount(engine, engine.config.acme!, ({ client }) => client.updateAccount({ status: 'deactivated' })))
    const other = await add()
    expect(await issue(other)).toBe('failed')
    await engine.sql`update acme_accounts set created_at = created_at - interval '2 hours'`
    await forgetPause(engine.db, other.id, engine.now())
    expect(await issue(other)).toBe('issued')
    expect((await accountAt(engine.db, pebble.directory))!.id).not.toBe(former.id)
  })

  test('a wrong clock is told by how much, and costs no order', async () => {
    const domain = await add()
    pebble.clock.aheadMs = -12 * 60_000
    expect(await issue(domain)).toBe('failed')
    expect(await why(domain)).toMatchObject({ reason: 'clock_wrong', message: expect.stringContaining('12 minutes ahead'), url: null })
    expect(orders()).toBe(0)
  })

  test('an authority that gives accounts to those it knows is shown that we are one of them', async () => {
    const binding = { keyId: 'kid-1', hmacKey: Buffer.from('a key of thirty-two bytes or more').toString('base64url') }
    const strict = await startPebble({ httpPort: engine.config.ingress.port, tlsPort, binding })
    try {
      const acme = { ...engine.config.acme!, directory: strict.directory, caFile: strict.caFile }
      const domain = await add()
      await strict.tellDns('set-default-ipv4', { ip: '127.0.0.1' })
      expect(await issue(domain, {}, { ...engine, config: { ...engine.config, acme: { ...acme, caFile: '/nonexistent/ca.pem' } } })).toBe('failed')
      expect((await why(domain)).message).toContain('EASEL_ACME_CA_FILE')
      for (const [with_, end] of [[null, 'failed'], [binding, 'issued']] as const) {
        await forgetPause(engine.db, domain.id, engine.now())
        expect(await issue(domain, {}, { ...engine, config: { ...engine.config, acme: { ...acme, binding: with_ } } })).toBe(end)
      }
      expect((await attemptsFor(engine.db, domain.id))[1]).toMatchObject({ reason: 'authority_refused', message: expect.stringMatching(/externalAccountBinding.*EASEL_ACME_EAB_KID/) })
    } finally {
      await strict.stop()
    }
  })

  test('two workers place one order, and one that takes over from a dead one goes on with its order', async () => {
    const domain = await add()
    let reached = () => {}
    const isThere = new Promise<void>((done) => (reached = done))
    const hung = { ...engine, at: (point: string) => (point === 'certificate:shown' ? (reached(), new Promise<void>(() => {})) : Promise.resolve()) }
    void issue(domain, {}, hung)
    await isThere
    expect(await issue(domain)).toBe('busy')
    expect((await shownChallenges(engine.db, engine.now())).length).toBe(1)
    // It dies: PostgreSQL lets go of its lock.
    await engine.sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid() and ((classid::bigint << 32) | objid::bigint) = hashtextextended(${`certificate:${domain.id}`}, 0)`
    const end = await until('the lock to be free', async () => {
      const found = await issue(domain)
      return found === 'busy' ? null : found
    })
    expect(end).toBe('issued')
    expect(orders()).toBe(1)
    expect(await attemptsFor(engine.db, domain.id)).toHaveLength(1)
    expect(await shownChallenges(engine.db, engine.now())).toEqual([])
  })

  test('one that died after the finalization is begun anew, because its key is gone', async () => {
    const domain = await add()
    const cut = new AbortController()
    const dies = { ...engine, at: async (point: string) => void (point === 'certificate:finalized' && cut.abort(new Error('The worker ends.'))) }
    await expect(issueCertificate(dies, domain.id, cut.signal, { limitMs: 300 })).rejects.toThrow('The worker ends.')
    expect(await why(domain)).toMatchObject({ outcome: 'open' })
    expect(await issue(domain)).toBe('issued')
    expect((await attemptsFor(engine.db, domain.id)).map(({ outcome }) => outcome)).toEqual(['issued', 'failed'])
  })

  test('one that its authority has revoked is not served any more, and another one is asked for', async () => {
    const own = makeOwnAuthority()
    const domain = await add()
    await issue(domain)
    let list = own.list()
    const server = createServer((_, response) => void response.end(list))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { chainPem, keyPem } = own.issue('leaf', { host: domain.hostname, listUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.crl` })
    // As if that authority had been asked.
    const id = newId('certificate')
    await keepCertificate(engine.db, { id, domainId: domain.id, source: 'acme', keySealed: sealCertificateKey(engine.seal, id, keyPem), ...readCertificate(chainPem) }, engine.now())
    const round = makeRevocationRound(engine)
    await round(signal)
    expect((await served(domain))!.id).toBe(id)
    own.revoke('leaf')
    list = own.list()
    await round(signal)
    expect((await served(domain))!.id).toBe(id)
    t.clock.now = new Date(engine.now().getTime() + 7 * HOUR_MS)
    await round(signal)
    expect(await served(domain)).toBeNull()
    expect((await published()).filter(({ hosts }) => hosts.includes(domain.hostname))).toEqual([])
    pebble.clock.aheadMs = t.clock.now.getTime() - Date.now()
    await engine.sql`delete from domains where id <> ${domain.id}`
    await renewCertificates(engine)
    await t.settle()
    t.clock.now = new Date()
    expect((await served(domain))!.id).not.toBe(id)
    server.close()
    own.remove()
  })

  test('keys are opened for what the proxy lacks only, and one that does not open is tried once', async () => {
    const domain = await add()
    await issue(domain)
    const opened: string[] = []
    const counting = { ...engine, seal: { ...engine.seal, open: (sealed: string, context: string) => (opened.push(context), engine.seal.open(sealed, context)) } }
    await publishRoutes(counting, false, signal)
    expect(await publishRoutes(counting, true, signal)).toBe('same')
    expect(opened).toEqual([])
    const row = (await wholeCertificates(engine.db, [(await served(domain))!.id]))[0]!
    const [other, id] = [await add(), newId('certificate')]
    await engine.sql`update domains set owned_at = now() where id = ${other.id}`
    await keepCertificate(engine.db, { ...row, id, domainId: other.id, fingerprint: 'f'.repeat(64), keySealed: 'v1.k9.x.y' }, engine.now())
    expect(await publishRoutes(counting, false, signal)).toBe('published')
    expect(opened).toEqual([`certificate:${id}`])
    expect(await publishRoutes(counting, true, signal)).toBe('same')
    expect(opened).toHaveLength(1)
    expect((await visit(domain.hostname)).fingerprint).toBe(row.fingerprint)
  })

  test('it is renewed by a job before it ends, told where that fails, and goes with its domain', async () => {
    await engine.sql`delete from domains`
    const domain = await add()
    await issue(domain)
    const first = (await served(domain))!
    const at = engine.now()
    const dueInMs = await renewCertificates({ ...engine, now: () => at })
    expect([dueInMs - 1, dueInMs].map((ms) => isDue(first, new Date(at.getTime() + ms)))).toEqual([false, true])
    await t.settle()
    expect((await served(domain))!.id).toBe(first.id)

    // An hour is all it lasts. The authority is away when it is time.
    const ahead = (minutes: number) => {
      t.clock.now = new Date(first.notBefore.getTime() + minutes * 60_000)
      pebble.clock.aheadMs = t.clock.now.getTime() - Date.now()
    }
    ahead(50)
    pebble.interfere((path) => (path.startsWith('/order-plz') ? { status: 503, type: '', detail: 'Down for maintenance' } : null))
    await renewCertificates(engine)
    await t.settle()
    expect((await served(domain))!.id).toBe(first.id)
    expect(await why(domain)).toMatchObject({ outcome: 'failed', reason: 'authority_down', message: expect.stringContaining('Down for maintenance') })
    pebble.interfere(() => null)
    ahead(55)
    await renewCertificates(engine)
    await t.settle()
    const second = (await served(domain))!
    expect(second.id).not.toBe(first.id)
    expect((await visit(domain.hostname)).fingerprint).toBe(second.fingerprint)

    await engine.sql`delete from domains where id = ${domain.id}`
    await publishRoutes(engine, false, signal)
    expect((await published()).filter(({ hosts }) => hosts.includes(domain.hostname))).toEqual([])
    expect(await engine.sql`select 1 from certificates where domain_id = ${domain.id}`).toEqual([])
    await expect(visit(domain.hostname)).rejects.toThrow()
    // What its orders cost stays counted for a week.
    expect((await engine.sql`select 1 from acme_orders where host = ${domain.hostname}`).length).toBe(3)
    ahead(8 * 24 * 60)
    await renewCertificates(engine)
    expect((await engine.sql`select 1 from acme_orders where host = ${domain.hostname}`).length).toBe(0)
  })
})
